// cuRAND against Random123: the same Philox words for the same (seed, purpose, block, trajectory), and the published
// known answer (Random123's kat_vectors, philox4x32 with 10 rounds).
#include <gtest/gtest.h>

#include <cstring>

#include "modecollapse/random/random123_words.hpp"
#include "tests/parity/curand_words_on_device.hpp"
#include "tests/parity/gradient_flow_runs.hpp"

namespace modecollapse {
namespace {

bool equal(const Words& a, const Words& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

class CurandWordsTest : public testing::Test {
protected:
    void SetUp() override {
        if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    }
};

// Counter and key zero: the only one of the published vectors whose counter cuRAND's 64-bit offset can reach.
TEST_F(CurandWordsTest, GivesThePublishedAnswer) {
    const Words expected = {{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}};
    EXPECT_TRUE(equal(Random123Words{}(0, Counter{0, 0}), expected));
    EXPECT_TRUE(equal(curand_words_on_device({0}, {Counter{0, 0}})[0], expected));
    EXPECT_FALSE(equal(curand_words_on_device({1}, {Counter{0, 0}})[0], expected));
}

TEST_F(CurandWordsTest, AreThoseOfRandom123) {
    std::vector<std::uint64_t> seeds, other_seeds;
    std::vector<Counter> counters;
    for (const std::uint64_t seed : {0ull, 7ull, 0xffffffffull, 1ull << 32, ~0ull})
        for (const std::uint64_t purpose : {0ull, 1ull, 2ull, (1ull << 14) - 1})
            for (const std::uint64_t block : {0ull, 1ull, 1000ull, 0xffffffffull, (1ull << 48) - 1})
                for (const std::uint64_t trajectory :
                     {0ull, 1ull, 0xffffffffull, 1ull << 32, (1ull << 40) + 3, ~0ull}) {
                    seeds.push_back(seed);
                    other_seeds.push_back(seed + 1);
                    counters.push_back(counter_of(static_cast<Purpose>(purpose), block, trajectory));
                }
    const std::vector<Words> words = curand_words_on_device(seeds, counters),
                             others = curand_words_on_device(other_seeds, counters);
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        const Words expected = Random123Words{}(seeds[i], counters[i]);
        EXPECT_TRUE(equal(words[i], expected))
            << "seed " << seeds[i] << ", draw " << counters[i].draw << ", trajectory " << counters[i].trajectory;
        EXPECT_FALSE(equal(others[i], expected));
    }
}

}  // namespace
}  // namespace modecollapse
