#include "host/families/components/means_file.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "host/options/number_list.hpp"
#include "modecollapse/components/problem.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse {
namespace {

using Rows = std::vector<std::vector<double>>;
constexpr double largest_coordinate = 1e6;
constexpr std::size_t most_columns = 4096, most_bytes = 1u << 24;
constexpr std::size_t longest_header = 4096;  // of an array of numbers; the expression's depth grows with it

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw std::domain_error("means = " + path + ": " + reason +
                            " (allowed: a .csv or .npy file of K* rows with the coordinates of a mode each)");
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
    std::istringstream lines(text.compare(0, mark.size(), mark) == 0 ? text.substr(mark.size()) : text);
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        line = line.substr(0, line.find('#'));
        if (has_empty_field(line)) refuse(path, "line " + std::to_string(number) + ": a number is missing");
        std::replace_if(
            line.begin(), line.end(), [](char c) { return c == ',' || c == ';' || c == '\t' || c == '\r'; }, ' ');
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

template <class Number>
Rows numbers(const char* data, std::size_t rows, std::size_t columns) {
    Rows result(rows, std::vector<double>(columns));
    for (std::size_t i = 0; i < rows * columns; ++i) {
        Number value;
        std::memcpy(&value, data + i * sizeof value, sizeof value);
        result[i / columns][i % columns] = value;
    }
    return result;
}

// Magic, version, length of the header, a Python dictionary, numbers [NEP 1].
Rows from_npy(const std::string& path, const std::string& text) {
    const std::string magic = "\x93NUMPY";
    if (text.size() < 12 || text.compare(0, magic.size(), magic) != 0) refuse(path, "is no .npy file");
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(text[i])); };
    const bool long_header = byte(6) >= 2;
    const std::size_t begin = long_header ? 12 : 10;
    const std::size_t length = byte(8) | byte(9) << 8 | (long_header ? byte(10) << 16 | byte(11) << 24 : 0);
    if (length > longest_header) refuse(path, "has a header of more than 4096 bytes");
    if (text.size() < begin + length) refuse(path, "is cut off");
    const std::string header = text.substr(begin, length);
    static const std::regex form(
        R"(\{.*'descr': *'(<f8|<f4)'.*'fortran_order': *False.*'shape': *\(([0-9]{1,6}), *([0-9]{1,6}),?\).*\}\s*)");
    std::smatch found;
    if (!std::regex_match(header, found, form)) refuse(path, "is no two-dimensional array of doubles in C order");
    const std::size_t rows = std::stoul(found[2]), columns = std::stoul(found[3]);
    const std::size_t each = found[1] == "<f8" ? sizeof(double) : sizeof(float);
    const char* data = text.data() + begin + length;
    if (text.size() - begin - length != rows * columns * each) refuse(path, "is not as long as its header says");
    return each == sizeof(double) ? numbers<double>(data, rows, columns) : numbers<float>(data, rows, columns);
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

Rows read_means(const std::string& path) {
    const bool csv = ends_with(path, ".csv");
    if (!csv && !ends_with(path, ".npy")) refuse(path, "ends neither in .csv nor in .npy");
    std::error_code missing;
    const auto kind = std::filesystem::status(path, missing).type();
    // a pipe would be waited for
    if (kind != std::filesystem::file_type::regular)
        refuse(path, kind == std::filesystem::file_type::not_found ? "cannot be read" : "is not a regular file");
    std::ifstream file(path, std::ios::binary);
    std::string text(most_bytes + 1, '\0');
    if (!file) refuse(path, "cannot be read");
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > most_bytes || file.bad()) refuse(path, file.bad() ? "cannot be read" : "is longer than 16 MiB");
    Rows rows = csv ? from_csv(path, text) : from_npy(path, text);
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
