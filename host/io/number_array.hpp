// An array of numbers in a file that nobody vouches for:
//
//   .npy    magic \x93NUMPY, version, length of the header, a Python dictionary, numbers                        [NEP 1]
//   IDX     two zeros, type, rank, sizes (big-endian 32 bits), numbers, big-endian       [of the MNIST data base's page]
//   NetCDF-4: one variable
//
// .npy and IDX may be compressed by gzip. What is read is told by the content, not by the name. Before anything is allocated
// the header is checked against the file's size and against the memory that there is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "host/io/byte_source.hpp"

namespace modecollapse {

struct NumberArray {
    std::vector<std::size_t> shape;
    std::vector<double> values;  // in C order, finite
};

// What may be in the file: ranks, and in a NetCDF file which variable. With `variable` empty: the only one of these ranks.
struct ArrayRequest {
    std::size_t least_rank = 1, most_rank = 4;
    std::string variable = {};
};

// Throws BadData, TooLarge. NetCDF: on one thread at a time (run/watch.hpp).
NumberArray read_number_array(const std::string& path, const ArrayRequest& request);

// Does the file begin as NetCDF-4 does? Throws BadData.
bool is_netcdf4(const std::string& path);

// Does a NetCDF-4 file have the variable? Throws BadData.
bool has_variable(const std::string& path, const std::string& variable);

namespace detail {

// Product of the sizes; throws BadData for a rank that is not asked for, no rows, or sizes that are no array's.
double require_shape(const std::vector<std::size_t>& shape, const ArrayRequest& request);
void require_finite(const NumberArray& array);
NumberArray read_netcdf_array(const std::string& path, const ArrayRequest& request);

}  // namespace detail
}  // namespace modecollapse
