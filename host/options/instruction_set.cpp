#include "host/options/instruction_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "host/options/configuration.hpp"

namespace modecollapse {

std::string asked_isa() {
    const char* const text = std::getenv("MODECOLLAPSE_ISA");
    std::string isa = text ? text : "";
    if (isa.empty() || std::find(std::begin(isa_names), std::end(isa_names), isa) != std::end(isa_names)) return isa;
    throw UsageError(
        fmt::format("MODECOLLAPSE_ISA = \"{}\" is no instruction set (allowed: {}; unset: the widest that "
                    "this processor has)",
                    isa, fmt::join(isa_names, ", ")));
}

}  // namespace modecollapse
