// SIMD pack: `width` numbers side by side in one vector register, with the operations that numbers/number.hpp asks of a
// number type.
//
// Built on the vector extensions of GCC and Clang (x86, ARM, ...). Only the fused multiply-add and the square root are
// spelled as intrinsics where the compiler would otherwise take the vector apart.
#pragma once

#include <type_traits>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "modecollapse/numbers/number.hpp"

namespace modecollapse {

// Of the widest registers that this translation unit is compiled for: another number in each, hence not inline.
#if defined(__AVX512F__)
constexpr int register_bytes = 64;
#elif defined(__AVX2__)
constexpr int register_bytes = 32;
#else
constexpr int register_bytes = 16;
#endif

template <class T, int width>
struct Mask;

template <class T, int width>
struct Pack {
    typedef T Vector __attribute__((vector_size(width * sizeof(T))));
    Vector v;

    Pack() = default;
    [[gnu::always_inline]] inline Pack(Vector vector) : v(vector) {}
    // x - 0 rather than 0 + x, which is not x for x = -0 and so would cost an addition: this folds to a broadcast
    [[gnu::always_inline]] inline explicit Pack(double x) : v(static_cast<T>(x) - Vector{}) {}
};

template <class T, int width>
struct Mask {
    using Integer = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;
    typedef Integer Vector __attribute__((vector_size(width * sizeof(T))));
    Vector v;  // all bits set where true
};

template <class T, int width>
struct NumberTraits<Pack<T, width>> {
    using Scalar = T;
    using Mask = modecollapse::Mask<T, width>;
    using Unsigned = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
    typedef Unsigned Bits __attribute__((vector_size(width * sizeof(T))));
    static constexpr int lanes = width;
    [[gnu::always_inline]] static inline Pack<T, width> load(const T* lanes_in) {
        Pack<T, width> result;
        memcpy(&result.v, lanes_in, sizeof result.v);
        return result;
    }
    [[gnu::always_inline]] static inline Pack<T, width> from_bits(Bits bits) {
        return reinterpret_cast<typename Pack<T, width>::Vector>(bits);
    }
};

#define MC_PACK_ARITHMETIC(op)                                                                     \
    template <class T, int width>                                                                  \
    [[gnu::always_inline]] inline Pack<T, width> operator op(Pack<T, width> a, Pack<T, width> b) { \
        return a.v op b.v;                                                                         \
    }
MC_PACK_ARITHMETIC(+)
MC_PACK_ARITHMETIC(-)
MC_PACK_ARITHMETIC(*)
MC_PACK_ARITHMETIC(/)
#undef MC_PACK_ARITHMETIC

template <class T, int width>
[[gnu::always_inline]] inline Pack<T, width> operator-(Pack<T, width> a) {
    return -a.v;
}

#define MC_PACK_COMPARISON(op)                                                                     \
    template <class T, int width>                                                                  \
    [[gnu::always_inline]] inline Mask<T, width> operator op(Pack<T, width> a, Pack<T, width> b) { \
        return {a.v op b.v};                                                                       \
    }
MC_PACK_COMPARISON(<)
MC_PACK_COMPARISON(<=)
MC_PACK_COMPARISON(>)
MC_PACK_COMPARISON(>=)
MC_PACK_COMPARISON(==)
#undef MC_PACK_COMPARISON

template <class T, int width>
[[gnu::always_inline]] inline Mask<T, width> operator&(Mask<T, width> a, Mask<T, width> b) {
    return {a.v & b.v};
}
template <class T, int width>
[[gnu::always_inline]] inline Mask<T, width> operator|(Mask<T, width> a, Mask<T, width> b) {
    return {a.v | b.v};
}
template <class T, int width>
[[gnu::always_inline]] inline Mask<T, width> operator!(Mask<T, width> a) {
    return {~a.v};
}

template <class T, int width>
[[gnu::always_inline]] inline Pack<T, width> select(Mask<T, width> mask, Pack<T, width> a, Pack<T, width> b) {
    return mask.v ? a.v : b.v;
}

// Bit i: lane i of the mask.
template <class T, int width>
[[gnu::always_inline]] inline std::uint32_t bits_of(Mask<T, width> mask) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
    if constexpr (sizeof(T) * width == 64 && sizeof(T) == 8)
        return _mm512_movepi64_mask(reinterpret_cast<__m512i>(mask.v));
    if constexpr (sizeof(T) * width == 64 && sizeof(T) == 4)
        return _mm512_movepi32_mask(reinterpret_cast<__m512i>(mask.v));
#endif
#if defined(__AVX2__)
    if constexpr (sizeof(T) * width == 32 && sizeof(T) == 8)
        return static_cast<std::uint32_t>(_mm256_movemask_pd(reinterpret_cast<__m256d>(mask.v)));
    if constexpr (sizeof(T) * width == 32 && sizeof(T) == 4)
        return static_cast<std::uint32_t>(_mm256_movemask_ps(reinterpret_cast<__m256>(mask.v)));
#endif
    std::uint32_t bits = 0;
    for (int i = 0; i < width; ++i) bits |= static_cast<std::uint32_t>(mask.v[i] & 1) << i;
    return bits;
}

template <class T, int width>
[[gnu::always_inline]] inline bool any(Mask<T, width> mask) {
    return bits_of(mask) != 0;
}

// Without the instruction (x86 before 2013) each is a call of the C library: called itself, it makes the code of the
// baseline a fraction as large, and as fast.
#if defined(__x86_64__) && !defined(__FMA__)
#define MC_PACK_FMA [[gnu::noinline]]
#else
#define MC_PACK_FMA [[gnu::always_inline]] inline
#endif
template <class T, int width>
MC_PACK_FMA Pack<T, width> fma(Pack<T, width> a, Pack<T, width> b, Pack<T, width> c) {
#if defined(__AVX512F__)
    if constexpr (sizeof(T) * width == 64 && sizeof(T) == 8) return _mm512_fmadd_pd(a.v, b.v, c.v);
    if constexpr (sizeof(T) * width == 64 && sizeof(T) == 4) return _mm512_fmadd_ps(a.v, b.v, c.v);
#endif
#if defined(__AVX2__) && defined(__FMA__)
    if constexpr (sizeof(T) * width == 32 && sizeof(T) == 8) return _mm256_fmadd_pd(a.v, b.v, c.v);
    if constexpr (sizeof(T) * width == 32 && sizeof(T) == 4) return _mm256_fmadd_ps(a.v, b.v, c.v);
#endif
    Pack<T, width> result;
    for (int i = 0; i < width; ++i) result.v[i] = fma(T(a.v[i]), T(b.v[i]), T(c.v[i]));
    return result;
}
#undef MC_PACK_FMA

template <class T, int width>
[[gnu::always_inline]] inline Pack<T, width> sqrt(Pack<T, width> a) {
#if defined(__AVX512F__)
    if constexpr (sizeof(T) * width == 64 && sizeof(T) == 8) return _mm512_maskz_sqrt_pd(0xff, a.v);
    if constexpr (sizeof(T) * width == 64 && sizeof(T) == 4) return _mm512_maskz_sqrt_ps(0xffff, a.v);
#endif
#if defined(__AVX2__)
    if constexpr (sizeof(T) * width == 32 && sizeof(T) == 8) return _mm256_sqrt_pd(a.v);
    if constexpr (sizeof(T) * width == 32 && sizeof(T) == 4) return _mm256_sqrt_ps(a.v);
#endif
    Pack<T, width> result;
    for (int i = 0; i < width; ++i) result.v[i] = sqrt(T(a.v[i]));
    return result;
}

template <class T, int width>
[[gnu::always_inline]] inline typename NumberTraits<Pack<T, width>>::Bits to_bits(Pack<T, width> x) {
    return reinterpret_cast<typename NumberTraits<Pack<T, width>>::Bits>(x.v);
}

// Sign bit cleared, as fabs does: -0 becomes 0.
template <class T, int width>
[[gnu::always_inline]] inline Pack<T, width> abs(Pack<T, width> a) {
    using Traits = NumberTraits<Pack<T, width>>;
    constexpr auto magnitude = static_cast<typename Traits::Unsigned>(-1) >> 1;
    return Traits::from_bits(to_bits(a) & (typename Traits::Bits{} + magnitude));
}

template <class T, int width>
[[gnu::always_inline]] inline void store(Pack<T, width> x, T* lanes) {
    memcpy(lanes, &x.v, sizeof x.v);
}
template <class T, int width>
[[gnu::always_inline]] inline void store(Mask<T, width> mask, bool* lanes) {
    for (int i = 0; i < width; ++i) lanes[i] = mask.v[i] != 0;
}

// One lane of a pack that lies in memory.
template <class T, int width>
[[gnu::always_inline]] inline T lane_of(const Pack<T, width>& x, int lane) {
    T value;
    memcpy(&value, reinterpret_cast<const char*>(&x.v) + lane * static_cast<int>(sizeof value), sizeof value);
    return value;
}
template <class T, int width>
[[gnu::always_inline]] inline void set_lane(Pack<T, width>& x, int lane, T value) {
    memcpy(reinterpret_cast<char*>(&x.v) + lane * static_cast<int>(sizeof value), &value, sizeof value);
}

template <class T, int width>
[[gnu::always_inline]] inline Pack<float, width> to_single(Pack<T, width> x) {
    return __builtin_convertvector(x.v, typename Pack<float, width>::Vector);
}
template <int width>
[[gnu::always_inline]] inline Pack<float, width> single_bits_as_value(Pack<float, width> x) {
    const auto bits = reinterpret_cast<typename Mask<float, width>::Vector>(x.v);
    return __builtin_convertvector(bits, typename Pack<float, width>::Vector);
}
template <int width>
[[gnu::always_inline]] inline Pack<float, width> single_value_as_bits(Pack<float, width> value) {
    const auto bits = __builtin_convertvector(value.v, typename Mask<float, width>::Vector);
    return reinterpret_cast<typename Pack<float, width>::Vector>(bits);
}
template <class Real, int width>
[[gnu::always_inline]] inline Real from_single(Pack<float, width> x) {
    return __builtin_convertvector(x.v, typename Real::Vector);
}

}  // namespace modecollapse
