#include "host/options/searched_option.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/families/family.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

constexpr const char* zero_apart = "0, or ";  // so begins the range of an option whose 0 stands for something else
constexpr double decades = 100.0;             // a range wider than this is searched on a logarithmic scale

// Numbers of the family that an ensemble is made from, and of which threshold takes one value, no list.
bool can_be_searched(const OptionRow& row, const std::string& family) {
    const OptionRow* here = find_option(row.name, threshold_command, family);
    const auto is_number = [](const OptionRow& one) { return one.kind == Kind::number || one.kind == Kind::integer; };
    return here && is_number(*here) && is_number(row) && row.member.owner != typeid(void) && !row.only_how;
}

std::vector<std::string> searchable(const std::string& family) {
    std::vector<std::string> names;
    for (const OptionRow* row : option_rows(probability_command, family))
        if (can_be_searched(*row, family)) names.push_back(row->name);
    return names;
}

const OptionRow& row_of(const Settings& settings, const std::string& family) {
    std::string name = settings.has("over") ? settings.text("over") : family_named(family).searched;
    std::replace(name.begin(), name.end(), '_', '-');  // as Python writes it
    const std::vector<std::string> names = searchable(family);
    const OptionRow* row = find_option(name, probability_command, family);
    if (row && can_be_searched(*row, family)) return *row;
    const std::string allowed = fmt::format("{}", fmt::join(names, ", "));
    if (!settings.has("over"))
        throw SearchError("", fmt::format("--over OPTION is missing: what to search (allowed: {})", allowed));
    if (row) throw SearchError("over", fmt::format("is no number of one value here (allowed: {})", allowed));
    throw SearchError("over", fmt::format("is no option of --family {} that has a value of its own (allowed: {}){}",
                                          family, allowed, nearest_note(name, names)));
}

}  // namespace

SearchedOption searched_option(const Settings& settings, const std::string& family) {
    SearchedOption searched;
    searched.row = &row_of(settings, family);
    const OptionRow& row = *searched.row;
    std::string range = row.search;
    const bool log_by_row = range.rfind("log:", 0) == 0;
    if (log_by_row) range.erase(0, 4);
    searched.range_from = "over";
    for (const char* name : {"over-range", "radius-range"}) {
        if (!settings.has(name) || (std::string(name) == "radius-range" && row.name != "radius")) continue;
        range = settings.text(name);
        searched.range_from = name;
        break;
    }
    const auto refuse = [&](const std::string& reason) {
        if (settings.has(searched.range_from)) throw SearchError(searched.range_from, reason);
        throw SearchError("", fmt::format("the search over --{} {}", row.name, reason));
    };
    const std::size_t beside_zero = row.range.rfind(zero_apart, 0) == 0 ? std::string(zero_apart).size() : 0;
    const std::string numbers = row.range.substr(beside_zero);
    const std::string allowed =
        row.name == "radius" ? "A:B with 0.001 <= A < B <= 10" : fmt::format("A:B with A < B, both within {}", numbers);
    if (range.empty()) refuse(fmt::format("has no range to search by itself (allowed: give --over-range {})", allowed));
    const std::vector<std::string> ends = split(range, ':');
    try {
        if (ends.size() != 2) throw std::invalid_argument("is not of the form A:B");
        searched.low = parse_number(ends[0]);
        searched.high = parse_number(ends[1]);
    } catch (const std::invalid_argument& error) {
        refuse(fmt::format("{} (allowed: {})", error.what(), allowed));
    }
    if (!(searched.low < searched.high)) refuse(fmt::format("is out of range (allowed: {})", allowed));
    for (const double end : {searched.low, searched.high}) {
        if (beside_zero > 0 && end == 0.0)
            refuse(
                fmt::format("0 is no number of {} but stands for something else, so that nothing lies between it and "
                            "others (allowed: {})",
                            row.name, allowed));
        const bool open = numbers.rfind("above", 0) == 0 && end == row.low;
        if (!(end >= row.low && end <= row.high) || open) refuse(fmt::format("is out of range (allowed: {})", allowed));
        if (searched.whole() && !is_integer(end))
            refuse(fmt::format("{} is not a whole number (allowed: {})", end, allowed));
    }
    const bool wide = searched.low > 0.0 && searched.high / searched.low > decades;
    searched.logarithmic = settings.has("over-scale")          ? settings.text("over-scale") == "log"
                           : row.search.empty() || !log_by_row ? row.search.empty() && wide
                                                               : searched.low > 0.0;
    if (searched.logarithmic && !(searched.low > 0.0))
        throw SearchError("over-scale", "needs a range above 0 (allowed: linear, or --over-range from above 0)");
    return searched;
}

SearchedOption searched_option(const Configuration& options) {
    try {
        return searched_option(options.settings(), options.family());
    } catch (const SearchError& error) {
        if (!error.option.empty()) options.refuse(error.option, error.what());
        throw UsageError(fmt::format("threshold: {}", error.what()));
    }
}

std::vector<Configuration> ends_of_search(const Configuration& options) {
    const SearchedOption searched = searched_option(options);
    std::vector<Configuration> both;
    for (const std::string& end : searched.ends())
        both.push_back(options.at_searched({end, fmt::format("--{} {}, an end of the range {}:{}", searched.name(), end,
                                                             searched.ends()[0], searched.ends()[1])}));
    return both;
}

}  // namespace modecollapse
