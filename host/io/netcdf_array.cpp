// One variable of a NetCDF-4 file that somebody else wrote.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netcdf.h>

#include "host/io/in_a_child.hpp"
#include "host/io/netcdf_packing.hpp"
#include "host/io/number_array.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

constexpr double largest_deflation = 1032.0;  // of zlib
constexpr double bytes_read_a_second = 1e7;   // at least

class OpenFile {
public:
    explicit OpenFile(const std::string& path) { require(nc_open(path.c_str(), NC_NOWRITE, &id_), "the file"); }
    ~OpenFile() { nc_close(id_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    bool has(const std::string& variable) const {
        int id = 0;
        return nc_inq_varid(id_, variable.c_str(), &id) == NC_NOERR;
    }

    NumberArray read(const ArrayRequest& request, double file_bytes) const {
        const int id = request.variable.empty() ? only_variable(request) : id_of(request.variable);
        NumberArray array;
        array.shape = shape_of(id);
        const double count = detail::require_shape(array.shape, request);
        nc_type type = NC_NAT;
        require(nc_inq_vartype(id_, id, &type), "a variable");
        const int bytes = bytes_of(type);
        if (bytes == 0) throw BadData("has a variable of data that are no numbers");
        int shuffle = 0, deflate = 0, level = 0;
        require(nc_inq_var_deflate(id_, id, &shuffle, &deflate, &level), "a variable");
        if (count * bytes > file_bytes * (deflate ? largest_deflation : 1.0))
            throw BadData(
                fmt::format("claims an array ({}), more than the file can hold", fmt::join(array.shape, ", ")));
        require_memory("the data of a NetCDF file", count * sizeof(double));
        array.values.resize(static_cast<std::size_t>(count));
        require(nc_get_var_double(id_, id, array.values.data()), "the data");
        detail::unpack(detail::packing_of(id_, id, type), array.values);
        detail::require_finite(array);
        return array;
    }

private:
    static void require(int status, const char* what) {
        if (status != NC_NOERR) throw BadData(fmt::format("cannot be read: {}: {}", what, nc_strerror(status)));
    }

    static int bytes_of(nc_type type) {
        switch (type) {
            case NC_BYTE:
            case NC_UBYTE:
                return 1;
            case NC_SHORT:
            case NC_USHORT:
                return 2;
            case NC_INT:
            case NC_UINT:
            case NC_FLOAT:
                return 4;
            case NC_INT64:
            case NC_UINT64:
            case NC_DOUBLE:
                return 8;
            default:
                return 0;
        }
    }

    int id_of(const std::string& variable) const {
        int id = 0;
        if (nc_inq_varid(id_, variable.c_str(), &id) != NC_NOERR)
            throw BadData("has no variable of the name " + variable);
        return id;
    }

    std::vector<std::size_t> shape_of(int variable) const {
        int rank = 0;
        require(nc_inq_varndims(id_, variable, &rank), "a variable");
        std::vector<int> dimensions(static_cast<std::size_t>(rank));
        require(nc_inq_vardimid(id_, variable, dimensions.data()), "a variable");
        std::vector<std::size_t> shape;
        for (const int dimension : dimensions) require(nc_inq_dimlen(id_, dimension, &shape.emplace_back()), "a size");
        return shape;
    }

    int only_variable(const ArrayRequest& request) const {
        int count = 0, found = -1, several = 0;
        require(nc_inq_nvars(id_, &count), "the header");
        for (int id = 0; id < count; ++id) {
            nc_type type = NC_NAT;
            require(nc_inq_vartype(id_, id, &type), "a variable");
            const std::size_t rank = shape_of(id).size();
            if (bytes_of(type) == 0 || rank < request.least_rank || rank > request.most_rank) continue;
            found = id;
            ++several;
        }
        if (several == 1) return found;
        throw BadData(fmt::format("has {} variables of numbers in {} to {} dimensions, and not one", several,
                                  request.least_rank, request.most_rank));
    }

    int id_ = -1;
};

// HDF5 itself crashes on some damaged files: a child process reads each file first.
template <class Work>
void carefully(double file_bytes, const Work& work) {
    if (!ends_in_a_child(work, static_cast<unsigned>(60.0 + file_bytes / bytes_read_a_second)))
        throw BadData("is damaged: the HDF5 library crashes on it");
    work();
}

}  // namespace

bool has_variable(const std::string& path, const std::string& variable) {
    bool found = false;
    carefully(require_regular_file(path), [&] { found = OpenFile(path).has(variable); });
    return found;
}

NumberArray detail::read_netcdf_array(const std::string& path, const ArrayRequest& request) {
    NumberArray array;
    const double bytes = require_regular_file(path);
    carefully(bytes, [&] { array = OpenFile(path).read(request, bytes); });
    return array;
}

}  // namespace modecollapse
