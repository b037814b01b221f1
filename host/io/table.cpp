#include "host/io/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace modecollapse {
namespace {

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + '"';
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) line += (i ? "," : "") + quoted(cells[i]);
    return line + '\n';
}

}  // namespace

std::string to_csv(const Table& table) {
    std::string result = csv_line(table.columns);
    for (const auto& row : table.rows) result += csv_line(row);
    return result;
}

std::string to_aligned_text(const Table& table) {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        std::size_t width = table.columns[i].size();
        for (const auto& row : table.rows) width = std::max(width, row[i].size());
        widths.push_back(width);
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string result;
        for (std::size_t i = 0; i < cells.size(); ++i)
            result += fmt::format("{:>{}}", cells[i], widths[i] + (i ? 2 : 0));
        return result + '\n';
    };
    std::string result = line(table.columns);
    for (const auto& row : table.rows) result += line(row);
    return result;
}

std::string cell_text(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

}  // namespace modecollapse
