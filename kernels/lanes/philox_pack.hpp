// Philox4x32-10 [Salmon et al., SC 2011] for all lanes of a pack at once: the words of Random123Words for as many
// trajectories.
//
// A 32-bit word stands in the low half of a 64-bit lane, so that the products of the ten rounds are single 32 x 32 ->
// 64 multiplications. Sampled dynamics draw four normals a block and spend a third of their time here; the closed flow
// draws its starts lane by lane.
#pragma once

#include "kernels/lanes/pack.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse {

template <int width>
class PhiloxNormals {
    using Real = Pack<double, width>;
    using Bits = BitsOf<Real>;

public:
    // ids: (width).
    [[gnu::always_inline]] inline PhiloxNormals(std::uint64_t seed, const std::uint64_t* ids) {
        for (int i = 0; i < width; ++i) {
            id_low_[i] = ids[i] & 0xffffffffu;
            id_high_[i] = ids[i] >> 32;
        }
        key_low_ = static_cast<std::uint32_t>(seed);
        key_high_ = static_cast<std::uint32_t>(seed >> 32);
    }

    // The same block of every lane's trajectory.
    [[gnu::always_inline]] inline NormalBlock<Real> operator()(Purpose purpose, std::uint64_t block) const {
        const std::uint64_t draw = counter_of(purpose, block, 0).draw;
        return normals(Bits{} + (draw & 0xffffffffu), Bits{} + (draw >> 32));
    }

    // Lane i: block first + i x step of its trajectory.
    [[gnu::always_inline]] inline NormalBlock<Real> operator()(Purpose purpose, std::uint64_t first,
                                                               std::uint64_t step) const {
        Bits draw;
        for (int i = 0; i < width; ++i)
            draw[i] = counter_of(purpose, first + static_cast<std::uint64_t>(i) * step, 0).draw;
        return normals(draw & (Bits{} + std::uint64_t{0xffffffffu}), draw >> 32);
    }

private:
    [[gnu::always_inline]] inline NormalBlock<Real> normals(Bits c0, Bits c1) const {
        Bits c2 = id_low_, c3 = id_high_;
        std::uint32_t k0 = key_low_, k1 = key_high_;
        for (int round = 0; round < 10; ++round) {
            const Bits p0 = product(c0, 0xD2511F53u), p1 = product(c2, 0xCD9E8D57u);
            // only the low halves of c0 and c2 enter product(); the high halves of all four are dropped at the end
            const Bits next0 = (p1 >> 32) ^ c1 ^ (Bits{} + std::uint64_t{k0}),
                       next2 = (p0 >> 32) ^ c3 ^ (Bits{} + std::uint64_t{k1});
            c1 = p1;
            c3 = p0;
            c0 = next0;
            c2 = next2;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        return normals_of_uniforms(uniform(c0), uniform(c1), uniform(c2), uniform(c3));
    }

    // Low halves of x times y: 64 bits.
    [[gnu::always_inline]] static inline Bits product(Bits x, std::uint32_t y) {
#if defined(__AVX512F__)
        if constexpr (width == 8)
            return reinterpret_cast<Bits>(_mm512_maskz_mul_epu32(0xff, reinterpret_cast<__m512i>(x),
                                                                 _mm512_set1_epi64(static_cast<long long>(y))));
#endif
#if defined(__AVX2__)
        if constexpr (width == 4)
            return reinterpret_cast<Bits>(
                _mm256_mul_epu32(reinterpret_cast<__m256i>(x), _mm256_set1_epi64x(static_cast<long long>(y))));
#endif
        return (x & (Bits{} + std::uint64_t{0xffffffffu})) * (Bits{} + std::uint64_t{y});
    }

    // uniform_32 of the low halves: 2^52 + word is exact as a bit pattern.
    [[gnu::always_inline]] static inline Real uniform(Bits word) {
        using Layout = FloatLayout<double>;
        const Bits low = word & (Bits{} + std::uint64_t{0xffffffffu});
        const Real value = from_bits<Real>(low + (Bits{} + Layout::integer_bits)) - Real(Layout::integer_value);
        return fma(value, Real(2.3283064365386963e-10), Real(1.1641532182693481e-10));
    }

    Bits id_low_, id_high_;
    std::uint32_t key_low_, key_high_;
};

}  // namespace modecollapse
