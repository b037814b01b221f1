// Radii at which collapse becomes possible, without sampling: R_fold_plus, R_fold_minus and R_inf of PHYSICS section 8.
#pragma once

#include <string>

#include "host/mixture/setup.hpp"

namespace modecollapse {

enum class RadiusStatus { found, none, all_radii, not_approached };
inline constexpr const char* radius_status_names[] = {"found", "none", "all_radii", "not_approached"};

struct SpecialRadius {
    RadiusStatus status = RadiusStatus::none;
    double value = 0.0;       // meaningful if found
    double resolution = 0.0;  // width of the last bracket
    int evaluations = 0;      // radii looked at
    std::string reason = {};  // why it is not approached, a clause; else empty
};

// The searches run over these radii; `all_radii` means: down to the lower end.
inline constexpr double smallest_searched_radius = 0.05;
inline constexpr double largest_searched_radius = 8.0;

enum class Mode { plus, minus };

// Smallest R with a stable fixed point at which both m have the mode's sign, by continuation of that fixed point from
// large R down, its stability read from the eigenvalues of the Jacobian. Independent of the dimension; theta plays no
// part. `problem.radius` is ignored. `none` with trainable weights, whose collapsed states are at best metastable.
SpecialRadius find_fold(const Problem& problem, Mode mode);

// Smallest R at which the trajectory from m1 = m2 = s = 0 (the limit d -> infinity) ends collapsed, in the reading of
// `settings` (rule and horizon). `none` for the symmetric target, where m = 0 is invariant. `not_approached` where no
// dimension up to largest_dimension shows that limit: with trainable weights; for w1 = 1/2, where the trajectory of the
// limit keeps m1 = m2 and those of finite d need not; and where P(collapse) of a small ensemble at largest_dimension
// does not cross 1/2 within 2 % of the radius. `problem.radius` is ignored.
SpecialRadius find_infinite_dimension_radius(const Problem& problem, const MixtureSettings& settings);

// Radii that need no sampling.
struct SpecialRadii {
    SpecialRadius fold_plus, fold_minus, infinite;
};

// `problem.radius` is ignored; of the settings the rule and the horizon count.
SpecialRadii find_special_radii(const Problem& problem, const MixtureSettings& settings);

}  // namespace modecollapse
