#include "host/io/netcdf_packing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "host/io/byte_source.hpp"

namespace modecollapse::detail {
namespace {

constexpr std::size_t longest = 1000;  // values of an attribute

// Empty: the variable has no such attribute.
std::vector<double> numbers_of(int file, int variable, const char* name) {
    nc_type type = NC_NAT;
    std::size_t length = 0;
    if (nc_inq_att(file, variable, name, &type, &length) != NC_NOERR) return {};
    std::vector<double> values(std::min(length, longest));
    if (length == 0 || length > longest || nc_get_att_double(file, variable, name, values.data()) != NC_NOERR)
        throw BadData(fmt::format("has an attribute {} that is no number", name));
    return values;
}

double number_of(int file, int variable, const char* name, double without) {
    const std::vector<double> values = numbers_of(file, variable, name);
    if (values.empty()) return without;
    if (values.size() > 1 || !std::isfinite(values[0]))
        throw BadData(fmt::format("has an attribute {} that is no finite number", name));
    return values[0];
}

bool is_unsigned(int file, int variable) {
    std::size_t length = 0;
    char word[4];
    return nc_inq_attlen(file, variable, "_Unsigned", &length) == NC_NOERR && length == sizeof word &&
           nc_get_att_text(file, variable, "_Unsigned", word) == NC_NOERR &&
           (std::string(word, length) == "true" || std::string(word, length) == "True");
}

int bits_of_signed(nc_type type) {
    return type == NC_BYTE ? 8 : type == NC_SHORT ? 16 : type == NC_INT ? 32 : type == NC_INT64 ? 64 : 0;
}

}  // namespace

NetcdfPacking packing_of(int file, int variable, nc_type type) {
    NetcdfPacking packing;
    packing.scale = number_of(file, variable, "scale_factor", 1.0);
    packing.offset = number_of(file, variable, "add_offset", 0.0);
    packing.missing = numbers_of(file, variable, "_FillValue");
    if (packing.missing.empty() && type == NC_FLOAT) packing.missing = {static_cast<double>(NC_FILL_FLOAT)};
    if (packing.missing.empty() && type == NC_DOUBLE) packing.missing = {NC_FILL_DOUBLE};
    for (const double value : numbers_of(file, variable, "missing_value")) packing.missing.push_back(value);
    if (type == NC_FLOAT)
        for (double& value : packing.missing) value = static_cast<double>(static_cast<float>(value));
    if (is_unsigned(file, variable) && bits_of_signed(type) > 0)
        packing.wraps_at = std::ldexp(1.0, bits_of_signed(type));
    return packing;
}

void unpack(const NetcdfPacking& packing, std::vector<double>& values) {
    for (double& value : values) {
        if (std::find(packing.missing.begin(), packing.missing.end(), value) != packing.missing.end()) {
            value = std::numeric_limits<double>::quiet_NaN();
            continue;
        }
        if (value < 0.0) value += packing.wraps_at;
        value = packing.scale * value + packing.offset;
    }
}

}  // namespace modecollapse::detail
