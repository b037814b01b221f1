#include "host/options/distinct_files.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "host/families/capabilities.hpp"
#include "host/families/family.hpp"
#include "host/options/file_choice.hpp"

namespace modecollapse {
namespace {

// in_place: the option that may name the same file.
void refuse_same_file(const Configuration& options, const std::string& written, const std::string& in_place) {
    if (!options.has(written)) return;
    for (const OptionRow* row : options.rows()) {
        const bool may_name_a_file = row->kind == Kind::text || names_files(*row);
        if (!may_name_a_file || row->name == written || row->name == in_place || !options.given(row->name)) continue;
        if (is_same_file(options.text(written), options.text(row->name)))
            options.refuse(written,
                           fmt::format("is the file of {} too (allowed: another file)", options.where(row->name)));
    }
}

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
    refuse_same_file(options, "output", "");
    if (const SavedMemberFiles* files = family_named(options.family()).members_files)
        refuse_same_file(options, files->save_option(), files->go_on_option());
}

}  // namespace modecollapse
