// A Dataset as a NetCDF-4 file that xarray opens without options.
#pragma once

#include <string>

#include "host/io/atomic_file.hpp"
#include "host/io/dataset.hpp"

namespace modecollapse {

// Writes atomically, after reading the file's bytes as NetCDF and comparing them with `dataset`. Throws WriteError.
void write_netcdf(const std::string& path, const Dataset& dataset, Links links = Links::followed);

// Throws WriteError, before the work whose result it is to hold, if a file of these dimensions, variables and
// attributes cannot be made. Writes nothing; the data are not looked at.
void require_netcdf(const std::string& path, const Dataset& dataset);

// netCDF library version, for `info`.
std::string netcdf_version();

}  // namespace modecollapse
