// The modes of a target placed in the R^d in which a flow moves its samples, with what of them enters its training and its
// outcome (target/modes_density.hpp).
//
// The coordinates of a mode are taken along the axes
//
//   e_0 = (1, ..., 1) / sqrt(d),   e_a = sqrt(2/d) ( cos( pi a (i + 1/2) / d ) ),  i = 0 .. d-1,  a = 1, 2, ...
//
// (orthonormal: those of the discrete cosine transform), of which every half of the coordinates, the first or the last, has
// half the square: no coupling layer is privileged, as for two modes (realnvp/shape.hpp). Modes of d coordinates in a file
// stand as they are given.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "modecollapse/target/modes_density.hpp"

namespace modecollapse {

using ModePoints = std::vector<std::vector<double>>;  // rows of equal length

// rows: (K*, columns) that span d dimensions at most. as_given: if there are d columns, they are the coordinates in R^d.
// Returns (K*, d). Throws std::domain_error.
enum class ModeAxes { of_all, as_given };
ModePoints placed_in(const ModePoints& rows, std::uint32_t dimension, ModeAxes axes);

class PlacedModes {
public:
    // modes: (K*, d), weights: (K*), above 0, with a sum of 1. Throws std::domain_error for what no target has.
    PlacedModes(ModePoints modes, std::vector<double> weights);
    PlacedModes(const PlacedModes&) = delete;
    PlacedModes& operator=(const PlacedModes&) = delete;

    const ModePoints& modes() const { return modes_; }
    const std::vector<double>& weights() const { return weights_; }
    const std::vector<double>& cell_masses() const { return cell_mass_; }
    TargetModes target() const;        // points into this
    double variance() const;           // of the target in the span of the modes, all directions together
    double entropic_coverage() const;  // of a perfect fit: that of the weights; NaN for one mode
    bool operator==(const PlacedModes& other) const;

private:
    ModePoints modes_;
    std::vector<double> weights_;
    int span_ = 0;
    std::vector<double> axis_, mode_, half_square_, log_weight_, cell_mass_;
};

}  // namespace modecollapse
