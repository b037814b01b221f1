// Reads a NetCDF-4 file back: single variables and attributes by name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/io/corrupt_file.hpp"

namespace modecollapse {

// Every function throws CorruptFile with the file's name and what is missing. Open and use it on one thread
// (host/run/watch.hpp).
class NetcdfReader {
public:
    explicit NetcdfReader(const std::string& path);
    ~NetcdfReader();
    NetcdfReader(const NetcdfReader&) = delete;
    NetcdfReader& operator=(const NetcdfReader&) = delete;

    std::size_t dimension(const std::string& name) const;
    bool has_attribute(const std::string& name) const;
    std::string text(const std::string& attribute) const;
    double number(const std::string& attribute) const;
    std::uint64_t count(const std::string& attribute) const;  // a whole number, 0 or more

    // All values of a variable of `size` values.
    std::vector<double> numbers(const std::string& variable, std::size_t size) const;
    std::vector<std::int64_t> integers(const std::string& variable, std::size_t size) const;

private:
    void require(int status, const std::string& what) const;
    int variable_of(const std::string& name, std::size_t size) const;

    std::string path_;
    int id_ = -1;
};

}  // namespace modecollapse
