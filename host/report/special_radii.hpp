// Values that need no sampling, R_fold_plus, R_fold_minus and R_inf, in the result: what `threshold` and `folds` share.
#pragma once

#include "host/families/family.hpp"
#include "host/report/forms.hpp"

namespace modecollapse {

// Each by its name (none unless found), and NAME_status, with the reason in `comment`.
void add_special_radii(Result& result, const std::vector<SearchMark>& marks);

// Aligned lines; a radius that is not approached with the reason why.
std::string special_radii_text(const Result& result, const std::vector<SearchMark>& marks);

// `folds`.
Result folds_result(const std::vector<SearchMark>& marks);

}  // namespace modecollapse
