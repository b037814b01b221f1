// What an ensemble hands out beside its tally: numbers of every member, and members that a file keeps.
#pragma once

#include <cstdint>
#include <vector>

#include "host/families/tally.hpp"

namespace modecollapse {

struct RunRecord;

// Of the first members of a run, each at its end; empty where the family does not keep them.
struct MemberTable {
    std::vector<Quantity> quantities;
    std::vector<std::uint8_t> outcomes;       // (member): class
    std::vector<std::vector<double>> values;  // (quantity, member)
};

struct RecordedRun {
    Tally tally;
    MemberTable members;
};

// Members that a run goes on with, or keeps for a file, or both. Made by the family's SavedMemberFiles.
class SavedRun {
public:
    virtual ~SavedRun() = default;
    // The first members of the run, which are all unless it was stopped; then they do not take the place of those that the
    // run goes on with, and false is returned. Throws WriteError.
    virtual bool write(const RunRecord& record, std::uint64_t members) = 0;
};

}  // namespace modecollapse
