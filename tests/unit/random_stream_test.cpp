// Proves: the random words are those of the published Philox4x32-10; the counter is (purpose << 48 | block, trajectory)
// and no two uses of randomness share one; the uniforms are exact and never 0 or 1.
#include "modecollapse/random/streams.hpp"

#include <gtest/gtest.h>

#include <utility>

#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "modecollapse/random/random123_words.hpp"
#include "tests/support/philox_known_answers.hpp"

namespace modecollapse {
namespace {

std::uint64_t joined(std::uint32_t low, std::uint32_t high) { return static_cast<std::uint64_t>(high) << 32 | low; }

TEST(RandomStream, GivesThePublishedWords) {
    for (const support::PhiloxKnownAnswer& known : support::philox_known_answers) {
        const Counter counter = {joined(known.counter[0], known.counter[1]),
                                 joined(known.counter[2], known.counter[3])};
        const std::uint64_t seed = joined(known.key[0], known.key[1]);
        const Words words = Random123Words{}(seed, counter);
        for (int i = 0; i < 4; ++i) EXPECT_EQ(words.value[i], known.answer[i]);
        // twin: another key, another counter
        EXPECT_NE(Random123Words{}(seed ^ 1, counter).value[0], known.answer[0]);
        EXPECT_NE(Random123Words{}(seed, {counter.draw, counter.trajectory ^ 1}).value[0], known.answer[0]);
    }
}

TEST(RandomStream, CounterIsPurposeAndBlockThenTrajectory) {
    const Counter counter = counter_of(Purpose::initial_chi_square_second, 5, (1ull << 40) + 7);
    EXPECT_EQ(counter.draw, 2ull << 48 | 5ull);
    EXPECT_EQ(counter.trajectory, (1ull << 40) + 7);
    // purpose 0, block b is plain curand_init(seed, trajectory, 4 b)
    EXPECT_EQ(counter_of(Purpose::initial_directions, 1, 9).draw, 1ull);
}

// The registry's numbers are part of every result.
TEST(RandomStream, PurposesKeepTheirNumbers) {
    const std::pair<Purpose, unsigned> numbers[] = {{Purpose::initial_directions, 0},
                                                    {Purpose::initial_chi_square_first, 1},
                                                    {Purpose::initial_chi_square_second, 2},
                                                    {Purpose::sample_normals, 3},
                                                    {Purpose::wishart_normals, 4},
                                                    {Purpose::wishart_chi_squares, 5},
                                                    {Purpose::diffusion_normals, 6},
                                                    {Purpose::sobol_matrix, 10},
                                                    {Purpose::sobol_shift, 11},
                                                    {Purpose::rare_proposal, 13},
                                                    {Purpose::realnvp_parameters, 20},
                                                    {Purpose::realnvp_batch, 21},
                                                    {Purpose::realnvp_evaluation, 22},
                                                    {Purpose::realnvp_target, 23},
                                                    {Purpose::realnvp_masks, 24},
                                                    {Purpose::realnvp_draws, 25}};
    for (const auto& [purpose, number] : numbers) EXPECT_EQ(static_cast<std::uint64_t>(purpose), number);
}

using Use = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;  // purpose, block < 2^48, trajectory

std::vector<Use> uses() {
    std::vector<Use> result;
    const std::uint64_t blocks[] = {0, 1, 2, 0xffff, 0x10000, 0xffffffff, 1ull << 32, (1ull << 48) - 1};
    const std::uint64_t trajectories[] = {0, 1, 0xffffffff, 1ull << 32, (1ull << 32) + 1, 1ull << 48, ~0ull};
    for (std::uint64_t purpose = 0; purpose < 40; ++purpose)
        for (const std::uint64_t block : blocks)
            for (const std::uint64_t trajectory : trajectories) result.emplace_back(purpose, block, trajectory);
    std::mt19937_64 random(4);
    for (int i = 0; i < 100000; ++i) result.emplace_back(random() >> 48, random() >> 16, random());
    return result;
}

// Number of different counters that `layout` gives to the different uses, less the number of uses.
template <class Layout>
long shared_counters(const Layout& layout) {
    std::set<Use> distinct;
    std::set<std::pair<std::uint64_t, std::uint64_t>> counters;
    for (const Use& use : uses()) {
        distinct.insert(use);
        const Counter counter = layout(std::get<0>(use), std::get<1>(use), std::get<2>(use));
        counters.emplace(counter.draw, counter.trajectory);
    }
    return static_cast<long>(distinct.size()) - static_cast<long>(counters.size());
}

TEST(RandomStream, NoTwoUsesShareACounter) {
    EXPECT_EQ(shared_counters([](std::uint64_t p, std::uint64_t b, std::uint64_t t) {
                  return counter_of(static_cast<Purpose>(p), b, t);
              }),
              0);
    // twins: a purpose field that the blocks reach, and a trajectory cut to 32 bits
    EXPECT_GT(shared_counters([](std::uint64_t p, std::uint64_t b, std::uint64_t t) {
                  return Counter{p << 32 | b, t};
              }),
              0);
    EXPECT_GT(shared_counters([](std::uint64_t p, std::uint64_t b, std::uint64_t t) {
                  return Counter{p << 48 | b, t & 0xffffffffu};
              }),
              0);
}

TEST(RandomStream, UniformsAreExactAndInsideTheUnitInterval) {
    EXPECT_EQ(uniform_52(0, 0), 0x1p-53);
    EXPECT_EQ(uniform_52(~0u, ~0u), 1.0 - 0x1p-53);
    EXPECT_EQ(uniform_32(0), 0x1p-33);
    EXPECT_EQ(uniform_32(~0u), 1.0 - 0x1p-33);
    std::mt19937_64 random(5);
    for (int i = 0; i < 1000000; ++i) {
        const std::uint64_t word = random();
        const auto low = static_cast<std::uint32_t>(word), high = static_cast<std::uint32_t>(word >> 32);
        // (k + 1/2) 2^-52 = (2 k + 1) 2^-53 with 2 k + 1 < 2^53: exact in a double
        ASSERT_EQ(uniform_52(low, high), std::ldexp(static_cast<double>(2 * (word >> 12) + 1), -53));
        ASSERT_EQ(uniform_32(low), std::ldexp(2.0 * low + 1.0, -33));
    }
}

}  // namespace
}  // namespace modecollapse
