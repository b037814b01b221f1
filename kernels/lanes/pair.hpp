// Two SIMD packs as one number type: twice the lanes, and two independent chains of operations a thread, which hide
// each other's latency.
//
// A Runge-Kutta step is one long chain (square root, Horner, stage after stage): a single pack leaves the arithmetic
// units idle most of the time. Every operation here is the same operation on both halves, so a lane computes the same
// bits as in a pack alone.
#pragma once

#include "kernels/lanes/pack.hpp"

namespace modecollapse {

template <class HalfMask>
struct PairMask {
    HalfMask a, b;
};

template <class Half>
struct Pair {
    Half a, b;

    Pair() = default;
    [[gnu::always_inline]] inline Pair(Half first, Half second) : a(first), b(second) {}
    [[gnu::always_inline]] inline explicit Pair(double x) : a(x), b(x) {}
};

// The bit patterns of both halves, with the integer operations that numbers/elementary.hpp needs.
template <class HalfBits>
struct PairBits {
    HalfBits a, b;
};
#define MC_PAIR_BITS_WITH_BITS(op)                                                                             \
    template <class HalfBits>                                                                                  \
    [[gnu::always_inline]] inline PairBits<HalfBits> operator op(PairBits<HalfBits> x, PairBits<HalfBits> y) { \
        return {x.a op y.a, x.b op y.b};                                                                       \
    }
MC_PAIR_BITS_WITH_BITS(+)
MC_PAIR_BITS_WITH_BITS(-)
#undef MC_PAIR_BITS_WITH_BITS
#define MC_PAIR_BITS_WITH_INTEGER(op)                                                               \
    template <class HalfBits, class Integer>                                                        \
    [[gnu::always_inline]] inline PairBits<HalfBits> operator op(PairBits<HalfBits> x, Integer y) { \
        return {x.a op y, x.b op y};                                                                \
    }
MC_PAIR_BITS_WITH_INTEGER(+)
MC_PAIR_BITS_WITH_INTEGER(&)
MC_PAIR_BITS_WITH_INTEGER(<<)
MC_PAIR_BITS_WITH_INTEGER(>>)
#undef MC_PAIR_BITS_WITH_INTEGER

template <class Half>
struct NumberTraits<Pair<Half>> {
    using Scalar = ScalarOf<Half>;
    using Mask = PairMask<MaskOf<Half>>;
    using Bits = PairBits<BitsOf<Half>>;
    static constexpr int lanes = 2 * NumberTraits<Half>::lanes;
    [[gnu::always_inline]] static inline Pair<Half> load(const Scalar* lanes_in) {
        return {modecollapse::load<Half>(lanes_in), modecollapse::load<Half>(lanes_in + NumberTraits<Half>::lanes)};
    }
    [[gnu::always_inline]] static inline Pair<Half> from_bits(Bits bits) {
        return {modecollapse::from_bits<Half>(bits.a), modecollapse::from_bits<Half>(bits.b)};
    }
};

#define MC_PAIR_ARITHMETIC(op)                                                         \
    template <class Half>                                                              \
    [[gnu::always_inline]] inline Pair<Half> operator op(Pair<Half> x, Pair<Half> y) { \
        return {x.a op y.a, x.b op y.b};                                               \
    }
MC_PAIR_ARITHMETIC(+)
MC_PAIR_ARITHMETIC(-)
MC_PAIR_ARITHMETIC(*)
MC_PAIR_ARITHMETIC(/)
#undef MC_PAIR_ARITHMETIC

#define MC_PAIR_COMPARISON(op)                                                                     \
    template <class Half>                                                                          \
    [[gnu::always_inline]] inline PairMask<MaskOf<Half>> operator op(Pair<Half> x, Pair<Half> y) { \
        return {x.a op y.a, x.b op y.b};                                                           \
    }
MC_PAIR_COMPARISON(<)
MC_PAIR_COMPARISON(<=)
MC_PAIR_COMPARISON(>)
MC_PAIR_COMPARISON(>=)
MC_PAIR_COMPARISON(==)
#undef MC_PAIR_COMPARISON

template <class Half>
[[gnu::always_inline]] inline Pair<Half> operator-(Pair<Half> x) {
    return {-x.a, -x.b};
}
template <class HalfMask>
[[gnu::always_inline]] inline PairMask<HalfMask> operator&(PairMask<HalfMask> x, PairMask<HalfMask> y) {
    return {x.a & y.a, x.b & y.b};
}
template <class HalfMask>
[[gnu::always_inline]] inline PairMask<HalfMask> operator|(PairMask<HalfMask> x, PairMask<HalfMask> y) {
    return {x.a | y.a, x.b | y.b};
}
template <class HalfMask>
[[gnu::always_inline]] inline PairMask<HalfMask> operator!(PairMask<HalfMask> x) {
    return {!x.a, !x.b};
}
template <class HalfMask>
[[gnu::always_inline]] inline bool any(PairMask<HalfMask> mask) {
    return any(mask.a | mask.b);
}
template <class Half>
[[gnu::always_inline]] inline Pair<Half> select(PairMask<MaskOf<Half>> mask, Pair<Half> x, Pair<Half> y) {
    return {select(mask.a, x.a, y.a), select(mask.b, x.b, y.b)};
}
template <class Half>
[[gnu::always_inline]] inline Pair<Half> fma(Pair<Half> x, Pair<Half> y, Pair<Half> z) {
    return {fma(x.a, y.a, z.a), fma(x.b, y.b, z.b)};
}
template <class Half>
[[gnu::always_inline]] inline Pair<Half> sqrt(Pair<Half> x) {
    return {sqrt(x.a), sqrt(x.b)};
}
template <class Half>
[[gnu::always_inline]] inline Pair<Half> abs(Pair<Half> x) {
    return {abs(x.a), abs(x.b)};
}
template <class Half>
[[gnu::always_inline]] inline PairBits<BitsOf<Half>> to_bits(Pair<Half> x) {
    return {to_bits(x.a), to_bits(x.b)};
}
template <class Half>
[[gnu::always_inline]] inline void store(Pair<Half> x, ScalarOf<Half>* lanes) {
    store(x.a, lanes);
    store(x.b, lanes + NumberTraits<Half>::lanes);
}
template <class T, int width>
[[gnu::always_inline]] inline std::uint32_t bits_of(PairMask<Mask<T, width>> mask) {
    return bits_of(mask.a) | bits_of(mask.b) << width;
}
template <class Half>
[[gnu::always_inline]] inline ScalarOf<Half> lane_of(const Pair<Half>& x, int lane) {
    constexpr int width = NumberTraits<Half>::lanes;
    return lane < width ? lane_of(x.a, lane) : lane_of(x.b, lane - width);
}
template <class Half>
[[gnu::always_inline]] inline void set_lane(Pair<Half>& x, int lane, ScalarOf<Half> value) {
    constexpr int width = NumberTraits<Half>::lanes;
    set_lane(lane < width ? x.a : x.b, lane < width ? lane : lane - width, value);
}

template <class Half>
[[gnu::always_inline]] inline auto to_single(Pair<Half> x) -> Pair<decltype(to_single(x.a))> {
    return {to_single(x.a), to_single(x.b)};
}
template <class Half>
[[gnu::always_inline]] inline Pair<Half> single_bits_as_value(Pair<Half> x) {
    return {single_bits_as_value(x.a), single_bits_as_value(x.b)};
}
template <class Half>
[[gnu::always_inline]] inline Pair<Half> single_value_as_bits(Pair<Half> x) {
    return {single_value_as_bits(x.a), single_value_as_bits(x.b)};
}
template <class Real, class Half>
[[gnu::always_inline]] inline Real from_single(Pair<Half> x) {
    return {from_single<decltype(Real::a)>(x.a), from_single<decltype(Real::a)>(x.b)};
}

}  // namespace modecollapse
