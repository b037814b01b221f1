#include "host/io/netcdf_reader.hpp"

#include <fmt/format.h>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include "host/io/content_hash.hpp"
#include "host/io/in_a_child.hpp"
#include "host/io/seal.hpp"

namespace modecollapse {
namespace {

constexpr double largest_deflation = 1032.0;  // of zlib: a copy that somebody compressed is read as well
constexpr double bytes_read_a_second = 1e7;   // at least

// The size of a regular file that begins as HDF5 does. Anything else is never opened by the library: it would take an address for a file
// on a network, and wait for a pipe.
double size_of_hdf5_file(const std::string& path) {
    if (path.find("://") != std::string::npos)
        throw CorruptFile(fmt::format("{}: is an address (allowed: a file)", path));
    struct stat info;
    if (stat(path.c_str(), &info) != 0)
        throw CorruptFile(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    if (!S_ISREG(info.st_mode)) throw CorruptFile(fmt::format("{}: is not a regular file", path));
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (!file) throw CorruptFile(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    char start[8] = {};
    const bool complete = std::fread(start, 1, sizeof start, file) == sizeof start;
    std::fclose(file);
    if (!complete || std::memcmp(start, "\x89HDF\r\n\x1a\n", sizeof start) != 0)
        throw CorruptFile(fmt::format("{}: is not a NetCDF-4 file", path));
    return static_cast<double>(info.st_size);
}

class OpenFile {
public:
    OpenFile(const std::string& path, double bytes) : path_(path), bytes_(bytes) {
        int status = nc_open(path.c_str(), NC_NOWRITE, &id_);
        if (status != NC_NOERR) {  // HDF5 opens no file on a disk without locks; from memory it does
            std::ifstream file(path, std::ios::binary);
            image_.assign(std::istreambuf_iterator<char>(file), {});
            if (nc_open_mem(path.c_str(), NC_NOWRITE, image_.size(), image_.data(), &id_) == NC_NOERR)
                status = NC_NOERR;
        }
        require(status, "cannot be read");
    }
    ~OpenFile() { nc_close(id_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    Dataset read() {
        int dimensions = 0, variables = 0, attributes = 0, groups = 0;
        require(nc_inq(id_, &dimensions, &variables, &attributes, nullptr), "the header");
        require(nc_inq_grps(id_, &groups, nullptr), "the header");
        if (groups != 0) fail("has groups, which no result has");
        Dataset dataset;
        for (int i = 0; i < dimensions; ++i) {
            char name[NC_MAX_NAME + 1] = {};
            std::size_t size = 0;
            require(nc_inq_dim(id_, i, name, &size), "a dimension");
            dataset.dimensions.emplace_back(name, size);
        }
        dataset.attributes = read_attributes(NC_GLOBAL, attributes);
        for (int i = 0; i < variables; ++i) dataset.variables.push_back(read_variable(i, dataset));
        return dataset;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw CorruptFile(fmt::format("{}: {}", path_, what)); }
    void require(int status, const std::string& what) const {
        if (status != NC_NOERR) fail(fmt::format("{}: {}", what, nc_strerror(status)));
    }

    Attributes read_attributes(int variable, int count) {
        Attributes result;
        for (int i = 0; i < count; ++i) {
            char name[NC_MAX_NAME + 1] = {};
            nc_type type = NC_NAT;
            std::size_t size = 0;
            require(nc_inq_attname(id_, variable, i, name), "an attribute");
            require(nc_inq_att(id_, variable, name, &type, &size), "an attribute");
            result.emplace_back(name, read_attribute(variable, name, type, size));
        }
        return result;
    }

    AttributeValue read_attribute(int variable, const std::string& name, nc_type type, std::size_t size) {
        const std::string what = fmt::format("the attribute {}", name);
        if (static_cast<double>(size) > bytes_) fail(what + " is larger than the file");
        const auto one = [&] {
            if (size != 1) fail(fmt::format("{} has {} values instead of 1", what, size));
        };
        if (type == NC_CHAR) {
            std::string text(size, ' ');
            require(nc_get_att_text(id_, variable, name.c_str(), text.data()), what);
            return text;
        }
        if (type == NC_STRING) {
            one();
            char* held = nullptr;
            require(nc_get_att_string(id_, variable, name.c_str(), &held), what);
            std::string text = held ? held : "";
            nc_free_string(1, &held);
            return text;
        }
        if (type == NC_DOUBLE) {
            one();
            double number = 0.0;
            require(nc_get_att_double(id_, variable, name.c_str(), &number), what);
            return number;
        }
        if (type == NC_INT64) {
            one();
            long long number = 0;
            require(nc_get_att_longlong(id_, variable, name.c_str(), &number), what);
            return std::int64_t{number};
        }
        if (type != NC_BYTE) fail(what + " is of a type that no result has");
        std::vector<std::int8_t> flags(size);
        require(nc_get_att_schar(id_, variable, name.c_str(), flags.data()), what);
        return flags;
    }

    Variable read_variable(int id, const Dataset& dataset) {
        char name[NC_MAX_NAME + 1] = {};
        nc_type type = NC_NAT;
        int rank = 0, attributes = 0;
        require(nc_inq_varndims(id_, id, &rank), "a variable");
        std::vector<int> dimensions(static_cast<std::size_t>(rank));
        require(nc_inq_var(id_, id, name, &type, nullptr, dimensions.data(), &attributes), "a variable");
        Variable variable;
        variable.name = name;
        double total = 1.0;
        for (const int dimension : dimensions) {
            if (dimension < 0 || static_cast<std::size_t>(dimension) >= dataset.dimensions.size())
                fail("a variable has no such dimension");
            const auto& [dimension_name, size] = dataset.dimensions[static_cast<std::size_t>(dimension)];
            variable.dimensions.push_back(dimension_name);
            total *= static_cast<double>(size);
        }
        variable.data = read_data(id, variable.name, type, total);
        variable.attributes = read_attributes(id, attributes);
        return variable;
    }

    VariableData read_data(int id, const std::string& name, nc_type type, double total) {
        const double value_bytes = type == NC_DOUBLE || type == NC_INT64 ? 8.0 : type == NC_STRING ? 16.0 : 1.0;
        int shuffle = 0, deflate = 0, level = 0;
        require(nc_inq_var_deflate(id_, id, &shuffle, &deflate, &level), name);
        if (total * value_bytes > bytes_ * (deflate ? largest_deflation : 1.0))
            fail(fmt::format("{} claims {:g} values, more than a file of {:g} bytes can hold", name, total, bytes_));
        const auto size = static_cast<std::size_t>(total);
        const std::string what = "the variable " + name;
        if (type == NC_DOUBLE) return numbers<double>(id, size, what);
        if (type == NC_INT64) return numbers<std::int64_t>(id, size, what);
        if (type == NC_BYTE) return numbers<std::int8_t>(id, size, what);
        if (type != NC_STRING) fail(what + " is of a type that no result has");
        std::vector<char*> held(size, nullptr);
        require(nc_get_var_string(id_, id, held.data()), what);
        std::vector<std::string> texts;
        for (const char* text : held) texts.emplace_back(text ? text : "");
        nc_free_string(size, held.data());
        return texts;
    }

    template <class T>
    std::vector<T> numbers(int id, std::size_t size, const std::string& what) {
        std::vector<T> values(size);
        if (size > 0) require(nc_get_var(id_, id, values.data()), what);
        return values;
    }

    std::string path_;
    double bytes_;
    std::string image_;  // of a file that could not be opened in place
    int id_ = -1;
};

}  // namespace

Dataset read_unchecked_netcdf(const std::string& path) {
    const double bytes = size_of_hdf5_file(path);
    require_seal(path);
    const auto read = [&] { return OpenFile(path, bytes).read(); };
    const auto seconds = static_cast<unsigned>(60.0 + bytes / bytes_read_a_second);
    if (!ends_in_a_child([&] { read(); }, seconds))
        throw CorruptFile(fmt::format("{}: is damaged: the HDF5 library crashes on it", path));
    return read();
}

void require_content(const Dataset& dataset, const std::string& path) {
    const std::string& written = DatasetLookup(dataset, path).text(content_hash_name);
    if (written != content_hash(dataset))
        throw CorruptFile(fmt::format("{}: is damaged: its content does not fit its {}", path, content_hash_name));
}

Dataset read_netcdf(const std::string& path) {
    Dataset dataset = read_unchecked_netcdf(path);
    require_content(dataset, path);
    return dataset;
}

void DatasetLookup::fail(const std::string& what) const { throw CorruptFile(fmt::format("{}: {}", path_, what)); }

std::size_t DatasetLookup::dimension(const std::string& name) const {
    for (const auto& [known, size] : dataset_.dimensions)
        if (known == name) return size;
    fail("no dimension " + name);
}

bool DatasetLookup::has_attribute(const std::string& name) const {
    return std::any_of(dataset_.attributes.begin(), dataset_.attributes.end(),
                       [&](const auto& known) { return known.first == name; });
}

const AttributeValue& DatasetLookup::attribute(const std::string& name) const {
    for (const auto& [known, value] : dataset_.attributes)
        if (known == name) return value;
    fail("no attribute " + name);
}

const std::string& DatasetLookup::text(const std::string& name) const {
    if (const auto* text = std::get_if<std::string>(&attribute(name))) return *text;
    fail(fmt::format("the attribute {} is no text", name));
}

double DatasetLookup::number(const std::string& name) const {
    const auto* number = std::get_if<double>(&attribute(name));
    if (!number) fail(fmt::format("the attribute {} is no number", name));
    if (!std::isfinite(*number)) fail(fmt::format("{} = {} is not finite", name, *number));
    return *number;
}

std::uint64_t DatasetLookup::count(const std::string& name, std::uint64_t most) const {
    const auto* number = std::get_if<std::int64_t>(&attribute(name));
    if (!number) fail(fmt::format("the attribute {} is no integer", name));
    if (*number < 0 || static_cast<std::uint64_t>(*number) > most)
        fail(fmt::format("{} = {} is out of range (allowed: 0 to {})", name, *number, most));
    return static_cast<std::uint64_t>(*number);
}

std::uint64_t DatasetLookup::seed(const std::string& name) const {
    const std::string& digits = text(name);
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || stop != digits.data() + digits.size())
        fail(fmt::format("{} = \"{}\" is no seed (allowed: 0 to 18446744073709551615)", name, digits));
    return value;
}

const Variable& DatasetLookup::variable(const std::string& name, const std::vector<std::string>& dimensions) const {
    for (const Variable& known : dataset_.variables) {
        if (known.name != name) continue;
        if (known.dimensions != dimensions)
            fail(fmt::format("the variable {} has other dimensions than ({})", name, fmt::join(dimensions, ", ")));
        return known;
    }
    fail("no variable " + name);
}

}  // namespace modecollapse
