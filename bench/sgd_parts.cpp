#include "bench/sgd_parts.hpp"

#include "kernels/lanes/philox_pack.hpp"

namespace modecollapse::bench {
namespace {

constexpr int lanes = register_bytes / 8;
using Doubles = Pack<double, lanes>;

}  // namespace

int normal_lanes() { return lanes; }

double draw_normals(std::uint64_t seed, std::uint64_t first_block, std::uint64_t blocks) {
    std::uint64_t ids[lanes];
    for (int i = 0; i < lanes; ++i) ids[i] = static_cast<std::uint64_t>(i);
    const PhiloxNormals<lanes> normals(seed, ids);
    Doubles sums[4] = {Doubles(0.0), Doubles(0.0), Doubles(0.0), Doubles(0.0)};
    for (std::uint64_t block = first_block; block < first_block + blocks; ++block) {
        const NormalBlock<Doubles> z = normals(Purpose::sample_normals, block);
        for (int k = 0; k < 4; ++k) sums[k] = sums[k] + z.value[k];
    }
    double values[lanes], sum = 0.0;
    store((sums[0] + sums[1]) + (sums[2] + sums[3]), values);
    for (const double value : values) sum += value;
    return sum;
}

}  // namespace modecollapse::bench
