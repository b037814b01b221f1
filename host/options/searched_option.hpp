// What `threshold` searches over: --over, --over-range and --over-scale, or the option that the family names.
#pragma once

#include "host/options/configuration.hpp"

namespace modecollapse {

struct SearchedOption {
    const OptionRow* row = nullptr;  // of the command probability
    double low = 0.0, high = 0.0;
    bool logarithmic = false;
    std::string range_from;  // the option that gave the range, for messages: "over-range", "radius-range" or "over"

    const std::string& name() const { return row->name; }
    bool whole() const { return row->kind == Kind::integer; }
    std::vector<std::string> ends() const { return {text_of_number(low), text_of_number(high)}; }
};

// An option of threshold that does not fit; empty: none was given that is at fault.
struct SearchError : std::domain_error {
    SearchError(std::string name, const std::string& reason) : std::domain_error(reason), option(std::move(name)) {}
    std::string option;
};

// Of the options of threshold, or of a cell that holds a critical value. Throws SearchError for an option that is no number
// of the family, and for ranges outside its own; of a Configuration UsageError.
SearchedOption searched_option(const Settings& settings, const std::string& family);
SearchedOption searched_option(const Configuration& options);

// The options with its value at either end of the range.
std::vector<Configuration> ends_of_search(const Configuration& options);

}  // namespace modecollapse
