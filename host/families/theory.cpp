#include "host/families/theory.hpp"

#include <stdexcept>

#include "host/options/number_list.hpp"

namespace modecollapse {

double only_dimension(const Settings& settings) {
    const std::string& text = settings.text("dimension");
    if (text.find_first_of(",:") != std::string::npos)
        throw std::domain_error("dimension = " + text +
                                " is a list (allowed: one dimension a cell, or an axis of them)");
    return parse_number(text);
}

}  // namespace modecollapse
