#include "host/options/distinct_files.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "host/options/file_choice.hpp"

namespace modecollapse {
namespace {

struct Written {
    const char* option;
    const char* in_place;  // the option that may name the same file
};
constexpr Written written[] = {{"output", ""}, {"save-flows", "continue-flows"}, {"save-models", "continue-models"}};

}  // namespace

bool is_same_file(const std::string& one, const std::string& other) {
    std::error_code none;
    if (std::filesystem::equivalent(one, other, none)) return true;
    // what is not there yet would stay relative
    const auto first = std::filesystem::weakly_canonical(std::filesystem::absolute(one), none);
    if (none) return one == other;
    const auto second = std::filesystem::weakly_canonical(std::filesystem::absolute(other), none);
    return none ? one == other : first == second;
}

void refuse_same_files(const Configuration& options) {
    for (const Written& file : written) {
        if (!options.has(file.option)) continue;
        for (const OptionRow* row : options.rows()) {
            const bool may_name_a_file = row->kind == Kind::text || names_files(*row);
            if (!may_name_a_file || row->name == file.option || row->name == file.in_place) continue;
            if (options.given(row->name) && is_same_file(options.text(file.option), options.text(row->name)))
                options.refuse(file.option,
                               fmt::format("is the file of {} too (allowed: another file)", options.where(row->name)));
        }
    }
}

}  // namespace modecollapse
