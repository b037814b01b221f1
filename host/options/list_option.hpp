// Options whose one value may be several numbers between commas, such as the weights of K* modes.
#pragma once

#include <string>

#include "host/options/option_row.hpp"

namespace modecollapse {

inline bool takes_list(const OptionRow& option) {
    return option.kind == Kind::number_list || option.kind == Kind::integer_list || option.may_be_list;
}

// Is the value one that stands for a list, also of one number?
inline bool is_one_list(const OptionRow& option, const std::string& text) {
    return takes_list(option) && (!option.may_be_list || is_list(option, text));
}

}  // namespace modecollapse
