// What a family says of its members, as fields of a result: the words for them, its facts, and everything that its tally
// counts and sums.
#pragma once

#include "host/families/words.hpp"
#include "host/report/estimate.hpp"

namespace modecollapse {

MemberClasses classes_of(const Family& family, const Schema& schema);

Field field_of(const Fact& fact);
void add_facts(Result& result, const std::vector<Fact>& facts);

// Histograms, events and means of a tally, and the family's facts; a fact stands in the place of a number of its name.
void add_tally(Result& result, const Family& family, const Schema& schema, const Tally& tally,
               const std::vector<Fact>& facts);

// (member), which only the file has.
void add_members(Result& result, const Family& family, const Schema& schema, const MemberTable& table);

}  // namespace modecollapse
