// The result of `theory` for a family that brings its own closed forms (families/theory.hpp).
#pragma once

#include "host/families/theory.hpp"
#include "host/report/forms.hpp"

namespace modecollapse {

Result theory_tables_result(const TheoryTables& tables);
std::string theory_tables_text(const TheoryTables& tables, const Result& result);

}  // namespace modecollapse
