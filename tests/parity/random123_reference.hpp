// Random123's words for a test that includes cuRAND's header: both define the same internal names and cannot be
// included by one source file.
#pragma once

#include "modecollapse/random/streams.hpp"

namespace modecollapse {

Words random123_words(std::uint64_t seed, Counter counter);

}  // namespace modecollapse
