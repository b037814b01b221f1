#include "host/options/option_table.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <set>

#include "host/families/family.hpp"
#include "host/options/common_options.hpp"
#include "host/options/option_uses.hpp"

namespace modecollapse {
namespace {

// Families that a test registers do so before any option is asked for.
const OptionRows& common_rows() {
    static const OptionRows rows = [] {
        std::string names;
        for (const Family* family : families()) names += (names.empty() ? "" : "|") + std::string(family->name);
        return common_options(names);
    }();
    return rows;
}

std::vector<const OptionRow*> made_rows(unsigned command, const std::string& family) {
    std::vector<const OptionRow*> rows;
    std::set<std::string> names, of_family;
    for (const OptionRow& row : *family_named(family).options) of_family.insert(row.name);
    for (const OptionRow& row : *family_named(family).options)
        if (row.commands & command) rows.push_back(&row), names.insert(row.name);
    for (const OptionRow& row : common_rows())
        if ((row.commands & command) && !names.count(row.name) &&
            (row.with_row.empty() || of_family.count(row.with_row)))
            rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const OptionRow* a, const OptionRow* b) { return a->group < b->group; });
    return rows;
}

}  // namespace

const std::vector<const OptionRow*>& option_rows(unsigned command, const std::string& family) {
    static std::map<std::pair<unsigned, std::string>, std::vector<const OptionRow*>> made;
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    const auto key = std::make_pair(command, family);
    const auto known = made.find(key);
    return known != made.end() ? known->second : made.emplace(key, made_rows(command, family)).first->second;
}

std::vector<const OptionRow*> all_option_rows(unsigned command) {
    std::vector<const OptionRow*> all;
    for (const std::string& family : families_of(command))
        for (const OptionRow* row : option_rows(command, family))
            if (std::find(all.begin(), all.end(), row) == all.end()) all.push_back(row);
    std::stable_sort(all.begin(), all.end(),
                     [](const OptionRow* a, const OptionRow* b) { return a->group < b->group; });
    return all;
}

const OptionRow* find_option(const std::string& name, unsigned command, const std::string& family) {
    for (const OptionRow* row : option_rows(command, family))
        if (name == row->name) return row;
    return nullptr;
}

const OptionRow* find_option(const std::string& name, unsigned command) {
    for (const std::string& family : families_of(command))
        if (const OptionRow* row = find_option(name, command, family)) return row;
    return nullptr;
}

std::vector<std::string> option_names(unsigned command) {
    std::vector<std::string> names;
    for (const OptionRow* row : all_option_rows(command))
        if (std::find(names.begin(), names.end(), row->name) == names.end()) names.push_back(row->name);
    return names;
}

const std::string& default_family() {
    static const std::string name = families().front()->name;
    return name;
}

std::vector<std::string> families_of(unsigned command) {
    std::vector<std::string> names;
    for (const Family* family : families())
        if (family->commands & command) names.emplace_back(family->name);
    if (names.empty()) names.push_back(default_family());  // a command about none of them
    return names;
}

std::string default_of(const OptionRow& option, unsigned command, const std::string& family,
                       const ValuesOf& values_of) {
    for (const OtherDefault& other : option.others)
        if ((other.commands & command) && all_hold(other.needs, command, family, values_of)) return other.value;
    return option.fallback;
}

std::string nearest_note(const std::string& name, const std::vector<std::string>& names, const std::string& before,
                         const std::string& after) {
    const auto distance = [&name](const std::string& other) {
        if (!name.empty() && other.rfind(name, 0) == 0) return std::size_t{1};  // the beginning of a longer name
        // Damerau and Levenshtein: letters put in, left out, replaced, or swapped with their neighbour
        std::vector<std::size_t> row(other.size() + 1), above, before_that;
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 1; i <= name.size(); ++i) {
            before_that = above;
            above = row;
            row[0] = i;
            for (std::size_t j = 1; j <= other.size(); ++j) {
                const std::size_t replaced = above[j - 1] + (name[i - 1] == other[j - 1] ? 0 : 1);
                row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
                if (i > 1 && j > 1 && name[i - 1] == other[j - 2] && name[i - 2] == other[j - 1])
                    row[j] = std::min(row[j], before_that[j - 2] + 1);
            }
        }
        return row.back();
    };
    const std::string& nearest =
        *std::min_element(names.begin(), names.end(),
                          [&](const std::string& a, const std::string& b) { return distance(a) < distance(b); });
    const std::size_t near = std::max(name.size() / 3, std::size_t{2});
    if (distance(nearest) > near) return "";
    return " (nearest: " + before + nearest + after + ")";
}

}  // namespace modecollapse
