// What a RealNVP flow says of itself in headings and results.
#pragma once

#include "host/families/family.hpp"
#include "host/families/realnvp/options.hpp"
#include "host/families/realnvp/saved_members.hpp"

namespace modecollapse {

// "R = 2, d = 100, w* = 0.667; RealNVP of 6 layers, width 32, ...": of saved flows.
std::string describe(const SavedMembers& flows);

std::string describe_realnvp(const Settings& settings, const std::vector<std::string>& without);
std::vector<Fact> facts_of_realnvp(const Settings& settings, unsigned command, const Tally* tally);
std::string remark_on_realnvp(const Settings& settings, const Tally& tally);
std::string remedy_for_realnvp(const Settings& settings);

}  // namespace modecollapse
