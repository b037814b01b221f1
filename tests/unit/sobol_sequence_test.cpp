// Proves: the points are Sobol's, scrambled: the first ones by hand, the digital-net property before and after
// scrambling, every point uniform over the scrambles, and nothing shared between seeds and replicates.
#include "host/starts/sobol_sequence.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "tests/support/kolmogorov_smirnov.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t one = 1ull << 60;  // words in sixteenths

SobolWords unscrambled(std::uint64_t index) {
    static const DirectionNumbers v = joe_kuo_direction_numbers();
    SobolWords result = {};
    for (int k = 0; k < sobol_bits; ++k)
        if ((index ^ (index >> 1)) >> k & 1u)
            for (int j = 0; j < sobol_dimensions; ++j) result[j] ^= v[j][k];
    return result;
}

TEST(SobolSequence, TheFirstPointsByHand) {
    // Gray-code order: 0, 1/2, 3/4, 1/4, ...; dimension 2 from m = 1, 3, 5, 15; dimension 3 from m = 1, 3, 1, 1... = 1,
    // 3, 7 ^ ...
    const std::vector<SobolWords> expected = {{0, 0, 0},
                                              {8 * one, 8 * one, 8 * one},
                                              {12 * one, 4 * one, 4 * one},
                                              {4 * one, 12 * one, 12 * one},
                                              {6 * one, 6 * one, 10 * one},
                                              {14 * one, 14 * one, 2 * one},
                                              {10 * one, 2 * one, 14 * one},
                                              {2 * one, 10 * one, 6 * one}};
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(unscrambled(i), expected[i]) << i;
}

// Largest deviation from one point in every elementary box of 2^-(a + b + c), a + b + c = m - t, each expected to hold
// 2^t of 2^m points.
template <class Sequence>
int worst_box(const Sequence& point, std::uint64_t first, int m, int t, int dimensions) {
    int worst = 0;
    for (int a = 0; a <= m - t; ++a)
        for (int b = 0; a + b <= m - t; ++b) {
            const int c = m - t - a - b;
            if (dimensions == 2 && c > 0) continue;
            std::vector<int> held(1u << (m - t));
            for (std::uint64_t i = 0; i < 1u << m; ++i) {
                const SobolWords w = point(first + i);
                const auto top = [](std::uint64_t word, int bits) { return bits == 0 ? 0 : word >> (64 - bits); };
                ++held[(top(w[0], a) << (b + c)) | (top(w[1], b) << c) | top(w[2], c)];
            }
            for (const int n : held) worst = std::max(worst, std::abs(n - (1 << t)));
        }
    return worst;
}

TEST(SobolSequence, AreDigitalNetsBeforeAndAfterScrambling) {
    for (const int m : {4, 7, 10}) {
        EXPECT_EQ(worst_box(unscrambled, 0, m, 0, 2), 0);  // the first two dimensions: t = 0
        EXPECT_EQ(worst_box(unscrambled, 0, m, 1, 3), 0);  // all three: t = 1
        for (const std::uint64_t replicate : {0ull, 1ull, 1023ull}) {
            const SobolSequence scrambled(7, replicate);
            EXPECT_EQ(worst_box(scrambled, 0, m, 0, 2), 0);
            EXPECT_EQ(worst_box(scrambled, 3ull << m, m, 1, 3), 0);  // any aligned stretch
            EXPECT_GT(worst_box(scrambled, 5, m, 1, 3), 0);          // twin: not aligned
        }
    }
    const auto random = [](std::uint64_t i) { return SobolSequence(7, i)(0); };
    EXPECT_GT(worst_box(random, 0, 7, 1, 3), 0);  // twin: independent points
}

// One point over 4000 scrambles. 3 points, 3 coordinates; alpha = 1e-4 for the family. Twin: without the shift, point 0
// stays in the corner.
TEST(SobolSequence, EveryPointIsUniformOverTheScrambles) {
    const auto uniform = [](double x) { return std::min(1.0, std::max(0.0, x)); };
    for (const std::uint64_t index : {0ull, 1ull, 12345ull})
        for (int j = 0; j < sobol_dimensions; ++j) {
            std::vector<double> sample, unshifted;
            for (std::uint64_t seed = 0; seed < 4000; ++seed) {
                const SobolSequence sequence(seed, 3);
                const std::uint64_t word = sequence(index)[j];
                sample.push_back(static_cast<double>(word) * 0x1p-64);
                unshifted.push_back(static_cast<double>(word ^ sequence.shift()[j]) * 0x1p-64);
            }
            EXPECT_GT(support::kolmogorov_smirnov(sample, uniform).p_value, 1e-4 / 9.0);
            EXPECT_LT(support::kolmogorov_smirnov(unshifted, uniform).p_value, 1e-4 / 9.0);
        }
}

TEST(SobolSequence, SeedsAndReplicatesShareNothing) {
    for (const std::uint64_t index : {0u, 99u}) {  // the point 0 is the shift alone
        std::set<std::uint64_t> words;
        for (std::uint64_t seed = 0; seed < 10; ++seed)
            for (std::uint64_t replicate = 0; replicate < 10; ++replicate)
                for (const std::uint64_t word : SobolSequence(seed, replicate)(index)) words.insert(word);
        EXPECT_EQ(words.size(), 300u) << index;
    }
    EXPECT_EQ(SobolSequence(5, 6)(77), SobolSequence(5, 6)(77));
}

}  // namespace
}  // namespace modecollapse
