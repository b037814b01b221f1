// R_fold_plus, R_fold_minus and R_inf in the result: what `threshold` and `folds` share.
#pragma once

#include "host/experiments/threshold.hpp"
#include "host/report/forms.hpp"

namespace modecollapse {

// r_fold_plus, r_fold_minus, r_inf (none unless found), and NAME_status of each, with the reason in `comment`.
void add_special_radii(Result& result, const SpecialRadii& radii);

// The same names without values, for a family that has no such radii.
void add_no_special_radii(Result& result);

// Three aligned lines; a radius that is not approached with the reason why.
std::string special_radii_text(const Result& result);

// `folds`.
Result folds_result(const SpecialRadii& radii);

}  // namespace modecollapse
