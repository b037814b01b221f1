// The seal of a file: its last line, "modecollapse sha256 " and the SHA-256 of all bytes before it.
//
// HDF5 does not mind what follows its own data, but it can crash on damaged bytes before the content hash of a result
// could be asked for. So a file that ends with a seal is compared with it before the library sees a byte. A copy that
// some other program wrote has none: it is left to the content hash. python/modecollapse/_content.py does the same.
#pragma once

#include <string>

#include "host/io/corrupt_file.hpp"

namespace modecollapse {

std::string seal_of(const std::string& bytes);

// Throws CorruptFile if the file has a seal that does not fit, or cannot be read.
void require_seal(const std::string& path);

}  // namespace modecollapse
