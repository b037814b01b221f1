#include "host/starts/sobol_sequence.hpp"

#include "modecollapse/random/random123_words.hpp"

namespace modecollapse {
namespace {

// Primitive polynomial x^degree + a_1 x^(degree-1) + ... + 1 of a dimension, its inner coefficients as bits, and the
// first numbers m.
struct JoeKuoRow {
    int degree;
    unsigned coefficients;
    std::array<std::uint64_t, 2> first;
};
constexpr JoeKuoRow joe_kuo_rows[sobol_dimensions - 1] = {{1, 0, {1, 0}}, {2, 1, {1, 3}}};

std::uint64_t word_of(const Words& words, int half) {
    return static_cast<std::uint64_t>(words.value[2 * half + 1]) << 32 | words.value[2 * half];
}

// L v for the random lower triangular L of (seed, replicate, dimension): bit b of the result depends on the bits 0 .. b
// of v, counted from the most significant one.
class BitMatrix {
public:
    BitMatrix(std::uint64_t seed, std::uint64_t replicate, int dimension) {
        for (int row = 0; row < sobol_bits; ++row) {
            const auto block = static_cast<std::uint64_t>(dimension * sobol_bits + row) / 2;
            const Words words = Random123Words{}(seed, counter_of(Purpose::sobol_matrix, block, replicate));
            const std::uint64_t diagonal = 1ull << (sobol_bits - 1 - row), above = ~((diagonal << 1) - 1);
            rows_[row] = diagonal | (word_of(words, row % 2) & (row == 0 ? 0 : above));
        }
    }
    std::uint64_t operator()(std::uint64_t v) const {
        std::uint64_t result = 0;
        for (const std::uint64_t row : rows_)
            result = result << 1 | static_cast<std::uint64_t>(__builtin_parityll(row & v));
        return result;
    }

private:
    std::array<std::uint64_t, sobol_bits> rows_;
};

}  // namespace

DirectionNumbers joe_kuo_direction_numbers() {
    DirectionNumbers v;
    for (int k = 0; k < sobol_bits; ++k) v[0][k] = 1ull << (sobol_bits - 1 - k);  // van der Corput
    for (int j = 1; j < sobol_dimensions; ++j) {
        const JoeKuoRow& row = joe_kuo_rows[j - 1];
        for (int k = 0; k < sobol_bits; ++k) {
            if (k < row.degree) {
                v[j][k] = row.first[k] << (sobol_bits - 1 - k);
                continue;
            }
            v[j][k] = v[j][k - row.degree] ^ (v[j][k - row.degree] >> row.degree);
            for (int i = 1; i < row.degree; ++i)
                if (row.coefficients >> (row.degree - 1 - i) & 1u) v[j][k] ^= v[j][k - i];
        }
    }
    return v;
}

SobolSequence::SobolSequence(std::uint64_t seed, std::uint64_t replicate) : directions_(joe_kuo_direction_numbers()) {
    for (int j = 0; j < sobol_dimensions; ++j) {
        const BitMatrix matrix(seed, replicate, j);
        for (std::uint64_t& v : directions_[j]) v = matrix(v);
        const Words words =
            Random123Words{}(seed, counter_of(Purpose::sobol_shift, static_cast<std::uint64_t>(j), replicate));
        shift_[j] = word_of(words, 0);
    }
}

SobolWords SobolSequence::operator()(std::uint64_t index) const {
    SobolWords result = shift_;
    for (std::uint64_t gray = index ^ (index >> 1); gray != 0; gray &= gray - 1) {
        const int k = __builtin_ctzll(gray);
        for (int j = 0; j < sobol_dimensions; ++j) result[j] ^= directions_[j][k];
    }
    return result;
}

}  // namespace modecollapse
