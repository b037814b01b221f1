// What a trajectory of the mixture is measured by where it ends: a row a quantity, its name and its formula.
//
// It ends at the horizon; or, once a trap has decided it, in the attractor that the trap leads to (mixture/ends.hpp). Sums
// and squares, JSON, CSV, NetCDF, Python and sweeps follow from the row.
#pragma once

#include <vector>

#include "host/families/tally.hpp"
#include "modecollapse/mixture/mode_shares.hpp"

namespace modecollapse {

struct MixtureMeasure {
    Quantity told;
    double (*of)(const MixtureEnd& end);
};

const std::vector<MixtureMeasure>& mixture_measures();

}  // namespace modecollapse
