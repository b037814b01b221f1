// Pieces of a cell, between which a sweep keeps what it has: sized by counted work, whole blocks where they can be.
#include "host/sweep/pieces.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "host/families/tally.hpp"

namespace {

using namespace modecollapse;

struct Counted : Ensemble {
    double work;
    std::uint64_t unit;
    bool recorded;

    Counted(double work, std::uint64_t unit, bool recorded) : work(work), unit(unit), recorded(recorded) {}
    std::vector<Tally> run(const Ids&, const Backend&, const RunControl&) const override { return {}; }
    double work_of_a_member() const override { return work; }
    std::uint64_t unit_of_members() const override { return unit; }
    bool records_members() const override { return recorded; }
};

std::uint64_t size(double work, std::uint64_t unit = 1, bool recorded = false) {
    return piece_size(Counted(work, unit, recorded));
}

TEST(Pieces, AreOfOneWork) {
    for (int k = 14; k <= 36; ++k)
        EXPECT_EQ(size(std::ldexp(piece_work, -k)), std::min(largest_piece, std::uint64_t{1} << k)) << k;
    EXPECT_EQ(size(piece_work / 3.5), 3u);
}

TEST(Pieces, HoldOneMemberHoweverMuchItTakes) {
    EXPECT_EQ(size(piece_work * 1e6), 1u);
    EXPECT_EQ(size(piece_work * 1e6, 16), 16u);  // that run together
}

TEST(Pieces, AreSmallerWhereMembersAreRecorded) {
    EXPECT_EQ(size(1.0, 1, true), largest_recorded_piece);
    EXPECT_EQ(size(1.0), largest_piece);
}

TEST(Pieces, AreWholeBlocksAndWholeUnits) {
    EXPECT_EQ(size(piece_work / (2.5 * block_of_sums)), 2 * block_of_sums);
    EXPECT_EQ(size(piece_work / (7.0 * block_of_sums), 3) % (3 * block_of_sums), 0u);
    EXPECT_EQ(size(piece_work / 100.0, 16), 96u);
}

}  // namespace
