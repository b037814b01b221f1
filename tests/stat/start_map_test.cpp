// Proves: both maps of host/starts/start_map carry uniform points of the cube, and independent normals, to the initial
// law of PHYSICS section 5, for d from 2 to 10^9.
#include "host/starts/start_map.hpp"

#include <gtest/gtest.h>

#include "host/starts/normal_quantile.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/initial_law_checks.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t seed = 20261121;

std::uint64_t word(std::uint64_t i, std::uint64_t block) {
    const Words w = Random123Words{}(seed, Counter{block, i});
    return static_cast<std::uint64_t>(w.value[1]) << 32 | w.value[0];
}

double normal(std::uint64_t w) {
    const bool upper = (w >> 63) != 0;
    const double z = normal_upper_quantile((static_cast<double>(upper ? ~w : w) + 0.5) * 0x1p-64);
    return upper ? z : -z;
}

enum class Source { cube, normals };

std::vector<State> starts(Source source, double dimension, int count) {
    const StartMap map(dimension);
    std::vector<State> result;
    for (int i = 0; i < count; ++i) {
        const auto id = static_cast<std::uint64_t>(i);
        const SobolWords words = {word(id, 0), word(id, 1), word(id, 2)};
        result.push_back(source == Source::cube
                             ? map.from_cube(words)
                             : map.from_normals({normal(words[0]), normal(words[1]), normal(words[2])}));
    }
    return result;
}

class StartMapAt : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Dimensions, StartMapAt, testing::Values(2.0, 3.0, 4.0, 5.0, 10.0, 100.0, 1e6, 1e9));

// 8 dimensions, 2 maps, 3 coordinates and 15 moments; alpha = 1e-4 for each family. Power: as in initial_law_test.
TEST_P(StartMapAt, HasTheInitialLaw) {
    const double dimension = GetParam(), bound = support::largest_z(1e-4, 240);
    for (const Source source : {Source::cube, Source::normals}) {
        const std::vector<State> sample = starts(source, dimension, 300000);
        const std::vector<State> part(sample.begin(), sample.begin() + 30000);
        for (const double p : support::p_values(part, dimension)) EXPECT_GT(p, 1e-4 / 48.0);
        for (const double p : support::p_values(part, std::ceil(1.2 * dimension)))
            EXPECT_LT(p, 1e-4 / 48.0);  // twin: wrong d
        std::string where;
        EXPECT_LT(support::largest_moment_z(sample, dimension, &where), bound) << where;
        EXPECT_GT(support::largest_moment_z(sample, 1.03 * dimension), bound);  // twin: wrong d
    }
}

TEST_P(StartMapAt, EveryStartIsAdmissible) {
    for (const Source source : {Source::cube, Source::normals})
        for (const State& y : starts(source, GetParam(), 5000)) ASSERT_GE(support::smallest_gram_eigenvalue(y), -1e-12);
    const StartMap map(GetParam());
    for (const std::uint64_t a : {0ull, ~0ull, 1ull << 63, (1ull << 63) - 1})
        for (const std::uint64_t b : {0ull, ~0ull, 1ull << 63, (1ull << 63) - 1})
            ASSERT_GE(support::smallest_gram_eigenvalue(map.from_cube({a, b, a})), -1e-12);
}

}  // namespace
}  // namespace modecollapse
