// Where the modes of a target stand: COMPONENTS, "Targets by name". Lengths in the units of the modes' standard deviation.
#pragma once

#include <vector>

namespace modecollapse::components {

// antipodal: two, at +R and -R; simplex: the vertices of one, of equal norm R, nu_k.nu_l = -R^2/(K* - 1); orthogonal:
// nu_k.nu_l = 0; line: equally spaced about a centre; ring: on a circle of radius R; grid: n x n about the origin; file:
// means given one by one.
enum class Layout { antipodal, simplex, orthogonal, line, ring, grid, file };
inline constexpr const char* layout_names[] = {"antipodal", "simplex", "orthogonal", "line", "ring", "grid", "file"};

struct Modes {
    Layout layout = Layout::simplex;
    int count = 3;         // K*
    double radius = 2.0;   // R
    double spacing = 4.0;  // of line and grid
    double centre = 0.0;   // of line
};

// Rows of equal length: the modes' coordinates. Throws std::domain_error.
std::vector<std::vector<double>> coordinates_of(const Modes& modes);

// What of the modes enters: products, and coordinates in bases of their span and of the span of their differences.
struct ModeGeometry {
    int count = 0, span = 0, rank = 0;
    std::vector<double> gram;        // (K*, K*)
    std::vector<double> mode;        // (K*, span)
    std::vector<double> difference;  // (K*, rank): nu_k - nu_1
    std::vector<double> gap;         // (K*): distance to the nearest other mode; of a single one its norm, or 1
};
ModeGeometry geometry_of(const std::vector<std::vector<double>>& coordinates);

}  // namespace modecollapse::components
