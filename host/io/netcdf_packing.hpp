// How a NetCDF variable stands for its numbers, by the attributes of the NetCDF user guide (appendix A) and the CF conventions (2.5.1, 8.1):
//
//   number = scale_factor * stored + add_offset,    none where stored is _FillValue or one of missing_value
//
// A variable of floating-point numbers without _FillValue has the library's own fill value where nothing was written.
#pragma once

#include <netcdf.h>

#include <vector>

namespace modecollapse::detail {

struct NetcdfPacking {
    double scale = 1.0, offset = 0.0;
    double wraps_at = 0.0;        // _Unsigned: added to what is below 0
    std::vector<double> missing;  // as stored
};

// Throws BadData for attributes that are no numbers.
NetcdfPacking packing_of(int file, int variable, nc_type type);

// The numbers, in place; not a number where one is missing.
void unpack(const NetcdfPacking& packing, std::vector<double>& values);

}  // namespace modecollapse::detail
