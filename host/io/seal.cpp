#include "host/io/seal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "host/io/sha256.hpp"

namespace modecollapse {
namespace {

const std::string beginning = "\nmodecollapse sha256 ";
constexpr std::size_t digits = 64;

}  // namespace

std::string seal_of(const std::string& bytes) {
    Sha256 hash;
    hash.add(bytes.data(), bytes.size());
    return beginning + hash.hex() + '\n';
}

void require_seal(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file.tellg(), length = static_cast<std::streamoff>(beginning.size() + digits + 1);
    if (!file) throw CorruptFile(fmt::format("{}: cannot be read", path));
    if (size < length) return;
    std::string seal(static_cast<std::size_t>(length), ' ');
    file.seekg(size - length);
    file.read(seal.data(), length);
    if (seal.compare(0, beginning.size(), beginning) != 0) return;
    file.seekg(0);
    Sha256 hash;
    std::vector<char> piece(1 << 20);
    for (std::streamoff left = size - length; left > 0 && file;) {
        const std::streamoff taken = std::min(left, static_cast<std::streamoff>(piece.size()));
        file.read(piece.data(), taken);
        hash.add(piece.data(), static_cast<std::size_t>(taken));
        left -= taken;
    }
    if (!file) throw CorruptFile(fmt::format("{}: cannot be read", path));
    if (seal.compare(beginning.size(), digits, hash.hex()) != 0)
        throw CorruptFile(fmt::format("{}: is damaged: its bytes do not fit the checksum at its end", path));
}

}  // namespace modecollapse
