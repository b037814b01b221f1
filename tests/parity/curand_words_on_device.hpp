// Words drawn by CurandWords on the GPU. Apart from the test that uses them, because cuRAND and Random123 define the
// same internal names and cannot be included by one source file.
#pragma once

#include <vector>

#include "modecollapse/random/streams.hpp"

namespace modecollapse {

// words[i] belongs to (seeds[i], counters[i]); both of the same size. Throws std::runtime_error with CUDA's text.
std::vector<Words> curand_words_on_device(const std::vector<std::uint64_t>& seeds,
                                          const std::vector<Counter>& counters);

}  // namespace modecollapse
