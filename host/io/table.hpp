// Rows of text for people (aligned) and for programs (CSV, RFC 4180).
#pragma once

#include <string>
#include <vector>

namespace modecollapse {

struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  // each as long as `columns`
};

std::string to_csv(const Table& table);
std::string to_aligned_text(const Table& table);

// Shortest text that reads back as the same double; "nan" becomes an empty cell.
std::string cell_text(double value);

}  // namespace modecollapse
