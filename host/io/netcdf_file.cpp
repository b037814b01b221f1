#include "host/io/netcdf_file.hpp"

#include <fmt/format.h>
#include <netcdf.h>
#include <netcdf_mem.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "host/io/atomic_file.hpp"
#include "host/io/content_hash.hpp"
#include "host/io/seal.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

// A NetCDF file in memory. HDF5 never writes to the disk itself: when a write fails there, it keeps the file half open
// and crashes at exit; and it cannot open a file where the file system has no locks.
class NetcdfFile {
public:
    explicit NetcdfFile(const std::string& path) : path_(path) {}
    ~NetcdfFile() {
        if (open_) nc_close(id_);
    }
    NetcdfFile(const NetcdfFile&) = delete;
    NetcdfFile& operator=(const NetcdfFile&) = delete;

    void create_in_memory() {
        constexpr std::size_t initial_bytes = 1 << 16;
        require(nc_create_mem(path_.c_str(), NC_NETCDF4, initial_bytes, &id_), "create");
        open_ = true;
    }
    // `bytes` must outlive this.
    void open(const std::string& bytes) {
        void* const memory = const_cast<char*>(bytes.data());  // which NC_NOWRITE leaves alone
        require(nc_open_mem(path_.c_str(), NC_NOWRITE, bytes.size(), memory, &id_), "open");
        open_ = true;
    }
    // The bytes of a file that was created in memory.
    std::string close_and_take() {
        NC_memio memory = {};
        open_ = false;
        require(nc_close_memio(id_, &memory), "close");
        std::string bytes(static_cast<const char*>(memory.memory), memory.size);
        std::free(memory.memory);
        return bytes;
    }
    int id() const { return id_; }
    void require(int status, const char* action) const {
        if (status != NC_NOERR) throw WriteError(fmt::format("{}: cannot {}: {}", path_, action, nc_strerror(status)));
    }

private:
    std::string path_;
    int id_ = -1;
    bool open_ = false;
};

constexpr std::size_t most_values_in_a_chunk = 1 << 19;

template <class T>
constexpr nc_type type_of = NC_NAT;
template <>
constexpr nc_type type_of<double> = NC_DOUBLE;
template <>
constexpr nc_type type_of<std::int64_t> = NC_INT64;
template <>
constexpr nc_type type_of<std::int8_t> = NC_BYTE;
template <>
constexpr nc_type type_of<std::string> = NC_STRING;

// As characters, or as a string where it is too long for them: HDF5 keeps characters in the 64 KB of an object's header,
// strings elsewhere.
int put_text(int file, int variable, const char* name, const std::string& text) {
    constexpr std::size_t longest = 60000;
    if (text.size() <= longest) return nc_put_att_text(file, variable, name, text.size(), text.c_str());
    const char* pointer = text.c_str();
    return nc_put_att_string(file, variable, name, 1, &pointer);
}

void put_attributes(NetcdfFile& file, int variable, const Attributes& attributes) {
    for (const auto& [name, value] : attributes) {
        const char* key = name.c_str();
        int status = NC_NOERR;
        if (const auto* text = std::get_if<std::string>(&value)) status = put_text(file.id(), variable, key, *text);
        if (const auto* number = std::get_if<double>(&value))
            status = nc_put_att_double(file.id(), variable, key, NC_DOUBLE, 1, number);
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            const long long wide = *number;
            status = nc_put_att_longlong(file.id(), variable, key, NC_INT64, 1, &wide);
        }
        if (const auto* bytes = std::get_if<std::vector<std::int8_t>>(&value))
            status = nc_put_att_schar(file.id(), variable, key, NC_BYTE, bytes->size(), bytes->data());
        file.require(status, fmt::format("write the attribute {}", name).c_str());
    }
}

std::vector<const char*> pointers(const std::vector<std::string>& strings) {
    std::vector<const char*> result;
    for (const std::string& string : strings) result.push_back(string.c_str());
    return result;
}

// Whole rows of some MiB: a checksum belongs to a chunk.
std::vector<std::size_t> chunks_of(const Variable& variable, const Dataset& dataset) {
    std::vector<std::size_t> chunks;
    for (const std::string& name : variable.dimensions)
        chunks.push_back(std::find_if(dataset.dimensions.begin(), dataset.dimensions.end(), [&](const auto& d) {
                             return d.first == name;
                         })->second);
    std::size_t values = 1;
    for (std::size_t i = chunks.size(); i-- > 0;) {
        chunks[i] = std::max<std::size_t>(1, std::min(chunks[i], most_values_in_a_chunk / values));
        values *= chunks[i];
    }
    return chunks;
}

void add_checksum(const NetcdfFile& file, int variable, const std::vector<std::size_t>& chunks) {
    file.require(nc_def_var_chunking(file.id(), variable, NC_CHUNKED, chunks.data()), "define chunks");
    file.require(nc_def_var_fletcher32(file.id(), variable, NC_FLETCHER32), "define a checksum");
}

// Dimensions, variables and attributes, without the data; ids of the variables.
std::vector<int> define(NetcdfFile& file, const Dataset& dataset) {
    file.create_in_memory();
    std::vector<std::pair<std::string, int>> dimension_ids;
    for (const auto& [name, size] : dataset.dimensions) {
        int id = 0;
        file.require(nc_def_dim(file.id(), name.c_str(), size, &id), "define a dimension");
        dimension_ids.emplace_back(name, id);
    }
    std::vector<int> ids;
    for (const Variable& variable : dataset.variables) {
        std::vector<int> dims;
        for (const std::string& name : variable.dimensions)
            dims.push_back(std::find_if(dimension_ids.begin(), dimension_ids.end(), [&](const auto& d) {
                               return d.first == name;
                           })->second);
        int id = 0;
        const nc_type type = std::visit(
            [](const auto& data) { return type_of<typename std::decay_t<decltype(data)>::value_type>; }, variable.data);
        file.require(
            nc_def_var(file.id(), variable.name.c_str(), type, static_cast<int>(dims.size()), dims.data(), &id),
            "define a variable");
        put_attributes(file, id, variable.attributes);
        if (type != NC_STRING && !dims.empty()) add_checksum(file, id, chunks_of(variable, dataset));
        ids.push_back(id);
    }
    put_attributes(file, NC_GLOBAL, dataset.attributes);
    put_attributes(file, NC_GLOBAL, {{content_hash_name, content_hash(dataset)}});
    file.require(nc_enddef(file.id()), "end the definitions");
    return ids;
}

std::string netcdf_bytes(const std::string& path, const Dataset& dataset) {
    NetcdfFile file(path);
    const std::vector<int> ids = define(file, dataset);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const int status = std::visit(
            [&](const auto& data) {
                using T = typename std::decay_t<decltype(data)>::value_type;
                if constexpr (std::is_same_v<T, std::string>) {
                    auto strings = pointers(data);
                    return nc_put_var_string(file.id(), ids[i], strings.data());
                } else {
                    return nc_put_var(file.id(), ids[i], data.data());
                }
            },
            dataset.variables[i].data);
        file.require(status, fmt::format("write {}", dataset.variables[i].name).c_str());
    }
    std::string bytes = file.close_and_take();
    bytes += seal_of(bytes);
    return bytes;
}

// Every numeric variable as it was meant to be written. Bitwise, so that a NaN equals itself.
void verify(const std::string& path, const std::string& bytes, const Dataset& dataset) {
    NetcdfFile file(path);
    file.open(bytes);
    for (const Variable& variable : dataset.variables) {
        int id = 0;
        file.require(nc_inq_varid(file.id(), variable.name.c_str(), &id), "find a variable again");
        std::visit(
            [&](const auto& data) {
                using T = typename std::decay_t<decltype(data)>::value_type;
                if constexpr (!std::is_same_v<T, std::string>) {
                    std::vector<T> back(data.size());
                    file.require(nc_get_var(file.id(), id, back.data()), "read back");
                    if (!data.empty() && std::memcmp(back.data(), data.data(), data.size() * sizeof(T)) != 0)
                        throw WriteError(fmt::format("{}: {} does not read back as written", path, variable.name));
                }
            },
            variable.data);
    }
}

}  // namespace

void write_netcdf(const std::string& path, const Dataset& dataset, Links links) {
    run_on_watching_thread([&] {
        const std::string bytes = netcdf_bytes(path, dataset);
        verify(path, bytes, dataset);
        write_atomically(path, bytes, links);
    });
}

void require_netcdf(const std::string& path, const Dataset& dataset) {
    run_on_watching_thread([&] {
        NetcdfFile file(path);
        define(file, dataset);
    });
}

std::string netcdf_version() {
    const std::string full = nc_inq_libvers();
    return full.substr(0, full.find(' '));
}

}  // namespace modecollapse
