// A Dataset as a NetCDF-4 file that xarray opens without options.
#pragma once

#include <string>

#include "host/io/dataset.hpp"

namespace modecollapse {

// Writes atomically, then opens the file again and compares it with `dataset` before the rename. Throws WriteError.
void write_netcdf(const std::string& path, const Dataset& dataset);

// netCDF library version, for `info`.
std::string netcdf_version();

}  // namespace modecollapse
