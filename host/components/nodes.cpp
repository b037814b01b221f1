#include "host/components/nodes.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/random/sobol.hpp>
#include <cmath>

#include "host/starts/normal_quantile.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::components {
namespace {

constexpr std::uint64_t scramble_seed = 0;

std::uint64_t word(std::uint64_t block) {
    const Words w = Random123Words{}(scramble_seed, counter_of(Purpose::components_nodes, block, 0));
    return static_cast<std::uint64_t>(w.value[1]) << 32 | w.value[0];
}

// Of one dimension. Bit b of the result, from the most significant on, is the parity of the bits up to b that row b picks.
class Scramble {
public:
    explicit Scramble(std::uint64_t dimension) {
        for (std::uint64_t b = 0; b < 64; ++b) {
            const std::uint64_t own = 0x8000000000000000ull >> b, above = b == 0 ? 0 : ~0ull << (64 - b);
            row_[b] = own | (word(128 * dimension + b) & above);
        }
        shift_ = word(128 * dimension + 64);
    }
    std::uint64_t operator()(std::uint64_t x) const {
        std::uint64_t result = 0;
        for (const std::uint64_t row : row_)
            result = result << 1 | static_cast<std::uint64_t>(__builtin_parityll(row & x));
        return result ^ shift_;
    }

private:
    std::uint64_t row_[64], shift_;
};

double normal_of(std::uint64_t word) {
    const double u = (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
    return u < 0.5 ? -normal_upper_quantile(u) : normal_upper_quantile(1.0 - u);
}

}  // namespace

std::vector<double> normal_nodes(int count, int dimensions) {
    std::vector<Scramble> scrambles;
    for (int j = 0; j < dimensions; ++j) scrambles.emplace_back(static_cast<std::uint64_t>(j));
    boost::random::sobol sequence(static_cast<std::size_t>(dimensions));
    std::vector<double> nodes;
    nodes.reserve(static_cast<std::size_t>(count) * static_cast<std::size_t>(dimensions));
    for (int i = 0; i < count; ++i)
        for (const Scramble& scramble : scrambles) nodes.push_back(normal_of(scramble(sequence())));
    return nodes;
}

std::vector<double> nodes_with_lengths(int count, int rank, double dimension) {
    const double degrees = dimension - rank;
    const auto excess = [&](double normal) {  // chi-square of the probability of this normal, less its mean
        if (degrees < 0.5) return 0.0;
        const boost::math::chi_squared law(degrees);
        const double tail = 0.5 * std::erfc(std::fabs(normal) * std::sqrt(0.5));
        return (normal < 0.0 ? quantile(law, tail) : quantile(complement(law, tail))) - degrees;
    };
    std::vector<double> nodes;
    nodes.reserve(static_cast<std::size_t>(count) * static_cast<std::size_t>(rank + 2));
    const std::vector<double> normals = normal_nodes(count, rank + 1);
    for (auto z = normals.begin(); z != normals.end(); z += rank + 1) {
        double within = -rank;
        for (int c = 0; c < rank; ++c) within += z[c] * z[c];
        nodes.insert(nodes.end(), z, z + rank);
        nodes.insert(nodes.end(), {within + excess(z[rank]), within + excess(-z[rank])});
    }
    return nodes;
}

}  // namespace modecollapse::components
