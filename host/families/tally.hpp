// What an ensemble counts, and how: the schema of a family, and the tally that it lays out.
//
// A tally is one run of whole numbers and one of sums. Whole numbers add exactly in any order. Sums are taken in the order
// of the ids over blocks of 1024 members aligned at multiples of 1024, and the blocks in their order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/statistics/moments.hpp"
#include "host/statistics/trial_counts.hpp"

namespace modecollapse {

struct OutcomeClass {
    enum Role { collapse, other, failure };
    const char* name;
    Role role;
};
struct Histogram {
    const char* name;
    int size;  // bins
    const char* long_name;
};
// Something that members do or have a whole number of: steps, quasi-collapses.
struct Events {
    enum Most { any, one, none };
    const char* name;
    const char* long_name;
    Most of_a_member = any;  // none: not with these settings; told as no value
};
// A number that a member is measured by; summed with its square.
struct Quantity {
    const char* name;
    const char* unit;
    const char* long_name;
    const char* symbol = "";
    const char* heading = nullptr;  // of its column in a table for people; empty: left out; null: the name
    const char* format = nullptr;   // there; null: four digits
};

// Of a family at given settings. A class is a collapse, a failure, or neither; failures are one class, the last.
struct Schema {
    std::vector<OutcomeClass> classes;
    std::vector<Histogram> histograms = {};
    std::vector<Events> events = {};
    std::vector<Quantity> quantities = {};
};

inline constexpr std::uint64_t block_of_sums = 1024;

class Tally {
public:
    Tally() = default;
    explicit Tally(const Schema& schema);

    std::vector<std::int64_t> counts;  // classes; bins of the histograms; events; members that have each quantity
    std::vector<double> sums;          // of each quantity: its sum, and that of its square

    Tally& operator+=(const Tally& other);  // of the same schema, in the order of the ids
};

struct TallySize {
    std::size_t counts = 0, sums = 0;
};
TallySize size_of(const Schema& schema);

// Where things stand in a tally.
std::size_t first_bin(const Schema& schema, std::size_t histogram);
std::size_t event_at(const Schema& schema, std::size_t event);
std::size_t measured_at(const Schema& schema, std::size_t quantity);

std::int64_t total_of(const Schema& schema, const Tally& tally);
TrialCounts trials_of(const Schema& schema, const Tally& tally);  // collapsed, failed, all
MeanOfSums mean_of(const Schema& schema, const Tally& tally, std::size_t quantity);

// Can members have been counted so? No: a count is negative, a part is more than the whole, a sum is of no member, or sum
// and squares cannot be of the same numbers.
bool are_possible(const Schema& schema, const Tally& tally);

// What one member adds.
struct MemberEnd {
    int outcome;                 // class; negative: not finished
    std::vector<int> bins = {};  // of each histogram; negative: in none
    std::vector<std::int64_t> events = {};
    std::vector<double> quantities = {};  // NaN: it has none
};

// Adds members one by one in the order of their ids, by the rule of sums.
class TallyOfMembers {
public:
    TallyOfMembers(const Schema& schema, std::uint64_t first)
        : schema_(schema), tally_(schema), block_(schema), id_(first) {}
    void add(const MemberEnd& member);
    Tally result() const;

private:
    const Schema& schema_;
    Tally tally_, block_;
    std::uint64_t id_;
};

}  // namespace modecollapse
