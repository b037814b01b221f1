// A family's words and facts, or what its options say where it has none of its own.
#pragma once

#include "host/families/family.hpp"

namespace modecollapse {

// For headings; without: options that are searched or listed.
std::string describe(const Family& family, const Settings& settings, const std::vector<std::string>& without = {});

// Every option that is used with its value.
std::string described_by_options(const Family& family, const Settings& settings,
                                 const std::vector<std::string>& without);

// Sentences below the table of outcomes: by default the means of what members are measured by, and the facts.
std::string remark_on(const Family& family, const Settings& settings, const Tally& tally,
                      const std::vector<Fact>& facts);

// A line for each real number of them that is known; a share (share_facts.hpp) with its interval, known or not.
std::string text_of_facts(const std::vector<Fact>& facts);

std::vector<Fact> facts_of(const Family& family, const Settings& settings, unsigned command, const Tally* tally);

std::string remedy_of(const Family& family, const Settings& settings);

inline constexpr const char* lower_learning_rate = "to change that, lower --learning-rate";

// Of families that know gradient flows and SGD.
std::string remedy_of_dynamics(const Settings& settings);

// "Probability of mode collapse", and of what.
std::string title_of(const Family& family, const std::string& what);

}  // namespace modecollapse
