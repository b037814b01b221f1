#include "host/families/means_file.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

#include "host/io/number_array.hpp"
#include "host/options/number_list.hpp"
#include "modecollapse/components/problem.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse {
namespace {

using Rows = std::vector<std::vector<double>>;
constexpr double largest_coordinate = 1e6;
constexpr double most_bytes = 1u << 24;  // of a text
constexpr std::size_t most_columns = 4096;

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw std::domain_error("means = " + path + ": " + reason +
                            " (allowed: a .csv or .npy file of K* rows with the coordinates of a mode each)");
}

// Lines end with \n, \r\n, or \r alone.
std::string with_newlines(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r')
            result += text[i];
        else if (i + 1 == text.size() || text[i + 1] != '\n')
            result += '\n';
    return result;
}

// What separates the numbers of a line: ",", ";", a blank, or several of these.
std::string separators_of(const std::string& line) {
    std::string kinds;
    const auto add = [&](char kind) {
        if (kinds.find(kind) == std::string::npos) kinds += kind;
    };
    char since = 0;  // the last number: nothing, a blank, or a separator that blanks may surround
    bool number = false;
    for (const char c : line) {
        const bool blank = std::isspace(static_cast<unsigned char>(c));
        if (c == ',' || c == ';') {
            add(since = c);
        } else if (blank) {
            if (since == 0) since = ' ';
        } else {
            if (number && since == ' ') add(' ');
            number = true;
            since = 0;
        }
    }
    return kinds;
}

// A separator without a number before or after it.
bool has_empty_field(const std::string& line) {
    bool empty = true, separated = false;
    for (const char c : line) {
        const bool separator = c == ',' || c == ';';
        if (separator && empty) return true;
        separated = separated || separator;
        if (separator || !std::isspace(static_cast<unsigned char>(c))) empty = separator;
    }
    return separated && empty;
}

Rows from_csv(const std::string& path, const std::string& text) {
    Rows rows;
    const std::string mark = "\xef\xbb\xbf";  // of UTF-8, as spreadsheets write it
    std::istringstream lines(with_newlines(text.compare(0, mark.size(), mark) == 0 ? text.substr(mark.size()) : text));
    std::string separators;
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        line = line.substr(0, line.find('#'));
        if (has_empty_field(line)) refuse(path, "line " + std::to_string(number) + ": a number is missing");
        for (const char kind : separators_of(line))
            if (separators.find(kind) == std::string::npos) separators += kind;
        if (separators.size() > 1)
            refuse(path, "line " + std::to_string(number) + ": numbers are separated by \"" + separators[0] +
                             "\" and by \"" + separators[1] + "\": one of the two, and a point for decimals");
        std::replace_if(
            line.begin(), line.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
        std::istringstream words(line);
        std::vector<double> row;
        for (std::string word; words >> word;) try {
                row.push_back(parse_number(word));
            } catch (const std::invalid_argument&) {
                refuse(path, "line " + std::to_string(number) + ": \"" + word + "\" is not a number");
            }
        if (!row.empty()) rows.push_back(row);
    }
    return rows;
}

Rows from_npy(const std::string& path) {
    const NumberArray array = read_number_array(path, {2, 2});
    const auto columns = static_cast<std::ptrdiff_t>(array.shape[1]);
    Rows rows;
    for (auto at = array.values.begin(); at != array.values.end(); at += columns) rows.emplace_back(at, at + columns);
    return rows;
}

std::string text_of(const std::string& path) {
    if (require_regular_file(path) > most_bytes) refuse(path, "is longer than 16 MiB");
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

Rows read_means(const std::string& path) {
    const bool csv = ends_with(path, ".csv");
    if (!csv && !ends_with(path, ".npy")) refuse(path, "ends neither in .csv nor in .npy");
    Rows rows;
    try {
        rows = csv ? from_csv(path, text_of(path)) : from_npy(path);
    } catch (const BadData& error) {
        refuse(path, error.what());
    }
    if (rows.empty() || rows.size() > static_cast<std::size_t>(components::most_components))
        refuse(path, "has " + std::to_string(rows.size()) + " modes, not 1 to 64");
    for (std::size_t k = 0; k < rows.size(); ++k) {
        if (rows[k].size() != rows[0].size() || rows[k].empty() || rows[k].size() > most_columns)
            refuse(path, "mode " + std::to_string(k + 1) + " has " + std::to_string(rows[k].size()) +
                             " coordinates, the first one " + std::to_string(rows[0].size()));
        for (const double x : rows[k])
            if (!(std::fabs(x) <= largest_coordinate))
                refuse(path, "mode " + std::to_string(k + 1) + " has a coordinate beyond 1e6, or none");
    }
    return rows;
}

}  // namespace modecollapse
