#include "bench/generator_parts.hpp"

#include "kernels/lanes/pack.hpp"
#include "modecollapse/random/normal_variates.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::bench {

double draw_chi_squares(std::uint64_t seed, double degrees, std::uint64_t first, std::uint64_t count) {
    constexpr int lanes = register_bytes / 8;
    using Doubles = Pack<double, lanes>;
    const ChiSquare<Doubles, Random123Words> chi_square(Random123Words{}, seed);
    Doubles sum(0.0);
    for (std::uint64_t begin = first; begin < first + count; begin += lanes) {
        std::uint64_t ids[lanes];
        for (int i = 0; i < lanes; ++i) ids[i] = begin + static_cast<std::uint64_t>(i);
        sum = sum + chi_square(ids, Purpose::initial_chi_square_first, 0, degrees);
    }
    double values[lanes], total = 0.0;
    store(sum, values);
    for (const double value : values) total += value;
    return total;
}

}  // namespace modecollapse::bench
