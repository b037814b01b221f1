#include "host/io/number_array.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "host/io/npy_header.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

constexpr char npy_magic[] = "\x93NUMPY";
constexpr std::size_t longest_npy_header = 65535;  // of version 1

// IDX types, by their byte.
NumberFormat idx_format(unsigned char type) {
    switch (type) {
        case 0x08:
            return {'u', 1, true};
        case 0x09:
            return {'i', 1, true};
        case 0x0B:
            return {'i', 2, true};
        case 0x0C:
            return {'i', 4, true};
        case 0x0D:
            return {'f', 4, true};
        case 0x0E:
            return {'f', 8, true};
        default:
            throw BadData(fmt::format("is an IDX file of an unknown type {:#04x} of numbers", type));
    }
}

template <class To>
To bits_as(std::uint64_t bits) {
    To value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

double number_of(const unsigned char* bytes, const NumberFormat& format) {
    std::uint64_t bits = 0;
    for (int i = 0; i < format.bytes; ++i)
        bits |= std::uint64_t{bytes[format.big_endian ? format.bytes - 1 - i : i]} << (8 * i);
    if (format.kind == 'f')
        return format.bytes == 8 ? bits_as<double>(bits)
                                 : static_cast<double>(bits_as<float>(static_cast<std::uint32_t>(bits)));
    if (format.kind == 'u') return static_cast<double>(bits);
    const int above = 64 - 8 * format.bytes;
    return static_cast<double>(static_cast<std::int64_t>(bits << above) >> above);
}

std::vector<double> read_numbers(ByteSource& source, std::size_t count, const NumberFormat& format) {
    std::vector<double> values(count);
    constexpr std::size_t at_once = 1u << 16;
    std::vector<unsigned char> bytes(at_once * static_cast<std::size_t>(format.bytes));
    for (std::size_t done = 0; done < count; done += at_once) {
        const std::size_t now = std::min(at_once, count - done);
        source.read(bytes.data(), now * static_cast<std::size_t>(format.bytes));
        for (std::size_t i = 0; i < now; ++i)
            values[done + i] = number_of(bytes.data() + i * static_cast<std::size_t>(format.bytes), format);
    }
    source.require_end();
    return values;
}

struct Header {
    NumberFormat format;
    std::vector<std::size_t> shape;
};

Header read_npy_header(ByteSource& source, const unsigned char* start) {
    unsigned char more[6];  // of 10, the first 4 are read
    source.read(more, sizeof more);
    if (std::memcmp(start, npy_magic, 4) != 0 || std::memcmp(more, npy_magic + 4, 2) != 0)
        throw BadData("is neither an .npy nor an IDX nor a NetCDF-4 file");
    const unsigned version = more[2];
    if (version < 1 || version > 3) throw BadData(fmt::format("is of .npy version {} (known: 1 to 3)", version));
    std::size_t length = more[4] | std::size_t{more[5]} << 8;
    if (version > 1) {
        unsigned char high[2];
        source.read(high, sizeof high);
        length |= std::size_t{high[0]} << 16 | std::size_t{high[1]} << 24;
    }
    if (length > longest_npy_header)
        throw BadData(fmt::format("has a header of {} bytes (known: up to {})", length, longest_npy_header));
    std::string text(length, ' ');
    source.read(text.data(), length);
    const NpyHeader header = parse_npy_header(text);
    if (header.fortran_order && header.shape.size() > 1) throw BadData("is in Fortran order (known: C order)");
    return {header.format, header.shape};
}

Header read_idx_header(ByteSource& source, const unsigned char* start) {
    Header header = {idx_format(start[2]), {}};
    for (unsigned i = 0; i < start[3]; ++i) {
        unsigned char size[4];
        source.read(size, sizeof size);
        header.shape.push_back(std::size_t{size[0]} << 24 | std::size_t{size[1]} << 16 | std::size_t{size[2]} << 8 |
                               size[3]);
    }
    return header;
}

}  // namespace

double detail::require_shape(const std::vector<std::size_t>& shape, const ArrayRequest& request) {
    const std::string of = fmt::format("is an array ({})", fmt::join(shape, ", "));
    if (shape.size() < request.least_rank || shape.size() > request.most_rank)
        throw BadData(request.least_rank == request.most_rank
                          ? fmt::format("{} of {} dimensions, and not of {}", of, shape.size(), request.most_rank)
                          : fmt::format("{} of {} dimensions, and not of {} to {}", of, shape.size(),
                                        request.least_rank, request.most_rank));
    double count = 1.0;
    for (const std::size_t size : shape) count *= static_cast<double>(size);
    if (count == 0.0) throw BadData(of + " without a number");
    return count;
}

void detail::require_finite(const NumberArray& array) {
    const auto bad = std::find_if(array.values.begin(), array.values.end(), [](double x) { return !std::isfinite(x); });
    if (bad == array.values.end()) return;
    std::size_t at = static_cast<std::size_t>(bad - array.values.begin());
    std::vector<std::size_t> index;
    for (std::size_t k = array.shape.size(); k-- > 0; at /= array.shape[k]) index.push_back(at % array.shape[k]);
    std::reverse(index.begin(), index.end());
    throw BadData(fmt::format("holds {} at [{}]", *bad, fmt::join(index, ", ")));
}

bool is_netcdf4(const std::string& path) {
    require_regular_file(path);
    ByteSource source(path);
    char start[8] = {};
    if (source.most_bytes() < sizeof start) return false;
    source.read(start, sizeof start);
    return std::memcmp(start, "\x89HDF\r\n\x1a\n", sizeof start) == 0;
}

NumberArray read_number_array(const std::string& path, const ArrayRequest& request) {
    if (is_netcdf4(path)) return detail::read_netcdf_array(path, request);
    ByteSource source(path);
    unsigned char start[4];
    source.read(start, sizeof start);
    const bool idx = start[0] == 0 && start[1] == 0;
    const Header header = idx ? read_idx_header(source, start) : read_npy_header(source, start);
    const double count = detail::require_shape(header.shape, request);
    if (count * header.format.bytes > source.most_bytes())
        throw BadData(fmt::format("claims an array ({}), more than the file can hold", fmt::join(header.shape, ", ")));
    require_memory(fmt::format("the data of {}", path), count * sizeof(double));
    NumberArray array = {header.shape, read_numbers(source, static_cast<std::size_t>(count), header.format)};
    detail::require_finite(array);
    return array;
}

}  // namespace modecollapse
