#include "bench/parts.hpp"

#include "kernels/lanes/pack.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::bench {
namespace {

constexpr int lanes = register_bytes / 8;
using Doubles = Pack<double, lanes>;

double sum_of(Doubles x) {
    double values[lanes], sum = 0.0;
    store(x, values);
    for (const double value : values) sum += value;
    return sum;
}

// Different points in every lane, m in (-1, 1) and u in (0, 2).
OrderParameters<Doubles> scattered_points() {
    double m1[lanes], m2[lanes], u[lanes];
    for (int i = 0; i < lanes; ++i) {
        m1[i] = -0.9 + 0.2 * i;
        m2[i] = 0.7 - 0.15 * i;
        u[i] = 0.1 + 0.2 * i;
    }
    return {load<Doubles>(m1), load<Doubles>(m2), load<Doubles>(u), Doubles(0.0)};
}

}  // namespace

int native_lanes() { return lanes; }

double draw_starts(std::uint64_t seed, double dimension, std::uint64_t first, std::uint64_t count) {
    const InitialLaw<Doubles, Random123Words> law(Random123Words{}, seed, dimension);
    Doubles sum(0.0);
    for (std::uint64_t begin = first; begin < first + count; begin += lanes) {
        std::uint64_t ids[lanes];
        for (int i = 0; i < lanes; ++i) ids[i] = begin + static_cast<std::uint64_t>(i);
        const OrderParameters<Doubles> start = law(ids);
        sum = sum + start.m1 + start.m2 + start.u;
    }
    return sum_of(sum);
}

double evaluate_expectations(const FastExpectations& expectations, std::uint64_t count) {
    OrderParameters<Doubles> y = scattered_points();
    const Doubles move(1e-9);
    Doubles sum(0.0);
    for (std::uint64_t i = 0; i < count; i += lanes) {
        sum = sum + expectations.attraction(y.m1) + expectations.attraction(y.m2) + expectations.overlap(y.u);
        y = {y.m1 + move, y.m2 - move, y.u + move, y.weight};
    }
    return sum_of(sum);
}

double chain_expectations(const FastExpectations& expectations, std::uint64_t count) {
    OrderParameters<Doubles> y = scattered_points();
    const Doubles move(1e-9);
    for (std::uint64_t i = 0; i < count; i += lanes) {
        const Doubles t1 = expectations.attraction(y.m1);
        const Doubles t2 = expectations.attraction(y.m2);
        const Doubles c = expectations.overlap(y.u);
        y = {fma(move, t1, y.m1), fma(move, t2, y.m2), fma(move, c, y.u), y.weight};
    }
    return sum_of(y.m1 + y.m2 + y.u);
}

}  // namespace modecollapse::bench
