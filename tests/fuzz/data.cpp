// Fuzz target: the readers of data files, .npy and IDX, plain and by gzip. Input: a byte, then the file. The byte says which
// ranks are asked for, and whether the bytes are a file as they are or are packed by gzip first (a damaged one would hardly
// get past its checksum). The file is refused, or its numbers are finite and as many as its shape says, and packed they are
// the same. NetCDF files: target `members`.
#include <zlib.h>

#include <cmath>

#include "host/io/number_array.hpp"
#include "host/run/memory.hpp"
#include "tests/fuzz/file.hpp"

namespace {

using namespace modecollapse;

void write_packed(const std::string& path, const std::string& bytes) {
    gzFile file = gzopen(path.c_str(), "wb1");
    const bool written =
        gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size());
    fuzz::require_true(gzclose(file) == Z_OK && (written || bytes.empty()), "the packed file can be written");
}

// False: refused.
bool read(const std::string& path, const ArrayRequest& request, NumberArray& array) {
    try {
        array = read_number_array(path, request);
    } catch (const BadData& error) {
        fuzz::require_true(error.what()[0] != '\0', "a refusal has a reason");
        return false;
    } catch (const TooLarge&) {
        return false;
    }
    std::size_t count = 1;
    for (const std::size_t size : array.shape) count *= size;
    fuzz::require_true(array.values.size() == count && count > 0, "numbers are as many as the shape says");
    fuzz::require_true(array.shape.size() >= request.least_rank && array.shape.size() <= request.most_rank,
                       "the rank is one that was asked for");
    for (const double value : array.values) fuzz::require_true(std::isfinite(value), "numbers are finite");
    return true;
}

bool is_hdf5(const std::string& bytes) { return bytes.compare(0, 4, "\x89HDF") == 0; }
bool is_gzip(const std::string& bytes) { return bytes.compare(0, 2, "\x1f\x8b") == 0; }

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file;
    if (size == 0) return 0;
    const std::string bytes = fuzz::text_of(data + 1, size - 1);
    ArrayRequest request;
    request.least_rank = data[0] % 2 == 0 ? 1 : 2;
    request.most_rank = data[0] % 4 < 2 ? 4 : request.least_rank;
    NumberArray plain, packed;
    if (is_hdf5(bytes)) return 0;
    file.write(bytes);
    const bool known = read(file.path(), request, plain);
    if (is_gzip(bytes)) return 0;  // packed twice it is another file
    write_packed(file.path(), bytes);
    fuzz::require_true(read(file.path(), request, packed) == known, "a packed file is refused as the plain one is");
    fuzz::require_true(plain.shape == packed.shape && plain.values.size() == packed.values.size(), "and has its shape");
    for (std::size_t i = 0; i < plain.values.size(); ++i)
        fuzz::require_true(plain.values[i] == packed.values[i], "and its numbers");
    return 0;
}
