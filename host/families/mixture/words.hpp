// What the mixture says of itself in headings and results.
#pragma once

#include "host/families/family.hpp"
#include "host/families/mixture/options.hpp"

namespace modecollapse {

// "R = 1.5, w* = 0.667, w1 = 0.667": for headings.
std::string describe(const Problem& problem, const MixtureSettings& settings, bool with_radius);

// With d and the reading, "until trapped".
std::string describe_mixture(const Settings& settings, const std::vector<std::string>& without);
std::vector<Fact> facts_of_mixture(const Settings& settings, unsigned command, const Tally* tally);
std::string remark_on_mixture(const Settings& settings, const Tally& tally);
std::vector<SearchMark> marks_of(const SpecialRadii& radii);
std::vector<SearchMark> marks_of_mixture(const Settings& settings, const std::string& searched);

}  // namespace modecollapse
