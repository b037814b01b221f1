// The forms of a result: JSON, rows of CSV, the Dataset of a file, and tables for people.
#pragma once

#include <functional>

#include "host/io/table.hpp"
#include "host/report/value.hpp"

namespace modecollapse {

nlohmann::ordered_json json_of(const Result& result);

// A column a field and class: the fields of csv_first, those along the rows and, if there is one row only, the scalars.
// Of two columns with one name the first is kept.
Table csv_of(const Result& result);

// Variables and attributes; the scalar coordinates are `coordinates_of`, for all other variables to name.
Dataset dataset_of(const Result& result);
std::vector<Variable> coordinates_of(const Result& result);

// A table of some fields for people, a line a point of the dimensions.
struct TextColumn {
    std::string heading;
    std::string name;  // of the field
    std::function<std::string(const Value&)> text;
};
Table text_table(const Result& result, const Names& dimensions, const std::vector<TextColumn>& columns);

// A number by a format such as "{:.5f}"; `otherwise` where there is none.
std::function<std::string(const Value&)> shown(const std::string& format, const std::string& otherwise = "-");

}  // namespace modecollapse
