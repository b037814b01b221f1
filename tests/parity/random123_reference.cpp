#include "tests/parity/random123_reference.hpp"

#include "modecollapse/random/random123_words.hpp"

namespace modecollapse {

Words random123_words(std::uint64_t seed, Counter counter) { return Random123Words{}(seed, counter); }

}  // namespace modecollapse
