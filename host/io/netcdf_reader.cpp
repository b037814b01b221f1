#include "host/io/netcdf_reader.hpp"

#include <fmt/format.h>
#include <netcdf.h>

#include <cmath>

namespace modecollapse {

NetcdfReader::NetcdfReader(const std::string& path) : path_(path) {
    if (const int status = nc_open(path.c_str(), NC_NOWRITE, &id_); status != NC_NOERR)
        throw CorruptFile(fmt::format("{}: cannot be read: {}", path, nc_strerror(status)));
}

NetcdfReader::~NetcdfReader() { nc_close(id_); }

void NetcdfReader::require(int status, const std::string& what) const {
    if (status != NC_NOERR) throw CorruptFile(fmt::format("{}: {}: {}", path_, what, nc_strerror(status)));
}

std::size_t NetcdfReader::dimension(const std::string& name) const {
    int dimension = 0;
    std::size_t size = 0;
    require(nc_inq_dimid(id_, name.c_str(), &dimension), "no dimension " + name);
    require(nc_inq_dimlen(id_, dimension, &size), "no dimension " + name);
    return size;
}

bool NetcdfReader::has_attribute(const std::string& name) const {
    int id = 0;
    return nc_inq_attid(id_, NC_GLOBAL, name.c_str(), &id) == NC_NOERR;
}

std::string NetcdfReader::text(const std::string& attribute) const {
    nc_type type = NC_NAT;
    std::size_t size = 0;
    require(nc_inq_att(id_, NC_GLOBAL, attribute.c_str(), &type, &size), "no attribute " + attribute);
    if (type != NC_CHAR) throw CorruptFile(fmt::format("{}: the attribute {} is no text", path_, attribute));
    std::string value(size, ' ');
    require(nc_get_att_text(id_, NC_GLOBAL, attribute.c_str(), value.data()), "the attribute " + attribute);
    return value;
}

double NetcdfReader::number(const std::string& attribute) const {
    std::size_t size = 0;
    require(nc_inq_attlen(id_, NC_GLOBAL, attribute.c_str(), &size), "no attribute " + attribute);
    if (size != 1) throw CorruptFile(fmt::format("{}: the attribute {} is no number", path_, attribute));
    double value = 0.0;
    require(nc_get_att_double(id_, NC_GLOBAL, attribute.c_str(), &value), "the attribute " + attribute);
    return value;
}

std::uint64_t NetcdfReader::count(const std::string& attribute) const {
    const double value = number(attribute);
    if (!(value >= 0.0 && value <= 9007199254740992.0 && value == std::floor(value)))
        throw CorruptFile(fmt::format("{}: {} = {} is no count", path_, attribute, value));
    return static_cast<std::uint64_t>(value);
}

int NetcdfReader::variable_of(const std::string& name, std::size_t size) const {
    int variable = 0, rank = 0, dimensions[NC_MAX_VAR_DIMS];
    require(nc_inq_varid(id_, name.c_str(), &variable), "no variable " + name);
    require(nc_inq_var(id_, variable, nullptr, nullptr, &rank, dimensions, nullptr), "the variable " + name);
    std::size_t total = 1;
    for (int i = 0; i < rank; ++i) {
        std::size_t length = 0;
        require(nc_inq_dimlen(id_, dimensions[i], &length), "the variable " + name);
        total *= length;
    }
    if (total != size) throw CorruptFile(fmt::format("{}: {} holds {} values instead of {}", path_, name, total, size));
    return variable;
}

std::vector<double> NetcdfReader::numbers(const std::string& variable, std::size_t size) const {
    std::vector<double> values(size);
    require(nc_get_var_double(id_, variable_of(variable, size), values.data()), "the variable " + variable);
    return values;
}

std::vector<std::int64_t> NetcdfReader::integers(const std::string& variable, std::size_t size) const {
    std::vector<long long> values(size);
    require(nc_get_var_longlong(id_, variable_of(variable, size), values.data()), "the variable " + variable);
    return {values.begin(), values.end()};
}

}  // namespace modecollapse
