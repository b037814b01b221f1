// Draws of trained members do not come round: none shares a block with an earlier one (host/families/encoder_options.hpp).
#include <gtest/gtest.h>

#include <stdexcept>

#include "host/families/encoder_options.hpp"
#include "modecollapse/random/streams.hpp"

namespace {

using namespace modecollapse;

// Does the last of them end within the stream's 48 bits?
bool fits(std::uint64_t skip, std::uint64_t count, std::uint64_t blocks, std::uint64_t first) {
    return first + (skip + count) * blocks <= std::uint64_t{1} << purpose_shift;
}

TEST(RoomOfDraws, EndsWhereTheStreamEnds) {
    const std::uint64_t half = std::uint64_t{1} << 47;
    for (const std::uint64_t first : {std::uint64_t{0}, half, 3 * (half / 2)})
        for (const std::uint64_t blocks : {1ull, 4ull, 255ull, 256ull})
            for (const std::uint64_t count : {1ull, 100000000ull}) {
                const std::uint64_t most = (2 * half - first) / blocks - count;
                EXPECT_NO_THROW(require_draws(most, count, blocks, first)) << blocks;
                EXPECT_TRUE(fits(most, count, blocks, first)) << blocks;
                EXPECT_THROW(require_draws(most + 1, count, blocks, first), std::domain_error) << blocks;
                EXPECT_FALSE(fits(most + 1, count, blocks, first)) << blocks;
            }
    EXPECT_THROW(require_draws(~std::uint64_t{0}, 2, 1, 0), std::domain_error);  // the sum wraps
}

}  // namespace
