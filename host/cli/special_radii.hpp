// R_fold_plus, R_fold_minus and R_inf in the forms that reports need: what `threshold` and `folds` share.
#pragma once

#include <string>

#include "host/cli/output.hpp"
#include "host/threshold/folds.hpp"

namespace modecollapse {

struct SpecialRadii {
    SpecialRadius fold_plus, fold_minus, infinite;
};

// `problem.radius` is ignored; of the settings the rule and the horizon count.
SpecialRadii find_special_radii(const Problem& problem, const MixtureSettings& settings);

// r_fold_plus, r_fold_minus, r_inf (null unless found), and radii_status.
void add_special_radii(nlohmann::ordered_json& json, const SpecialRadii& radii);

// Scalars r_fold_plus, r_fold_minus, r_inf (NaN unless found), and NAME_status of each, with the reason in `comment`.
void add_special_radii(Dataset& dataset, const SpecialRadii& radii);

// Three aligned lines; a radius that is not approached with the reason why.
std::string special_radii_text(const SpecialRadii& radii);

const char* name_of(const SpecialRadius& radius);  // "found", "none", ...
double value_or_nan(const SpecialRadius& radius);

nlohmann::ordered_json number_or_null(double value);
Attributes described(const char* long_name);                      // a dimensionless quantity
Attributes flagged(const char* long_name, const char* meanings);  // values 0, 1, ... for each word

}  // namespace modecollapse
