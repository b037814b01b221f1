#include "host/components/nodes.hpp"

#include <boost/random/sobol.hpp>

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

}  // namespace modecollapse::components
