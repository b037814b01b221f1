// Reads a NetCDF-4 file of ours back: whole, into memory, and only if it is what was written.
//
// The file is not trusted. It must be a regular file on a disk that begins as HDF5 does and fits its seal, if it has one;
// what its dimensions claim is compared with its size before anything is allocated; every variable and attribute must be of
// a type that write_netcdf writes; and the content must fit its content_hash. HDF5 itself crashes on some files that are
// damaged or made to: a child process reads each file first.
#pragma once

#include <string>
#include <vector>

#include "host/io/corrupt_file.hpp"
#include "host/io/dataset.hpp"

namespace modecollapse {

// Throws CorruptFile with the file's name and what is wrong. On one thread at a time (run/watch.hpp).
Dataset read_netcdf(const std::string& path);

// The same without the content hash, for what has none yet.
Dataset read_unchecked_netcdf(const std::string& path);

// Throws CorruptFile if the content is not what was written.
void require_content(const Dataset& dataset, const std::string& path);

// Single variables and attributes of a Dataset that was read, by name. Every function throws CorruptFile with the file's name, for what is
// missing, of another type or of another size.
class DatasetLookup {
public:
    DatasetLookup(const Dataset& dataset, std::string path) : dataset_(dataset), path_(std::move(path)) {}

    const std::string& path() const { return path_; }
    std::size_t dimension(const std::string& name) const;
    bool has_attribute(const std::string& name) const;
    const std::string& text(const std::string& attribute) const;
    double number(const std::string& attribute) const;                            // finite
    std::uint64_t count(const std::string& attribute, std::uint64_t most) const;  // an integer, 0 to most
    std::uint64_t seed(const std::string& attribute) const;                       // decimal text, 0 to 2^64 - 1
    [[noreturn]] void fail(const std::string& what) const;                        // throws CorruptFile

    // All values of a variable with these dimensions.
    template <class T>
    const std::vector<T>& values(const std::string& variable, const std::vector<std::string>& dimensions) const;

private:
    const AttributeValue& attribute(const std::string& name) const;
    const Variable& variable(const std::string& name, const std::vector<std::string>& dimensions) const;

    const Dataset& dataset_;
    std::string path_;
};

template <class T>
const std::vector<T>& DatasetLookup::values(const std::string& name, const std::vector<std::string>& dimensions) const {
    if (const auto* data = std::get_if<std::vector<T>>(&variable(name, dimensions).data)) return *data;
    fail("the variable " + name + " is of another type");
}

}  // namespace modecollapse
