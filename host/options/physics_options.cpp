#include "host/options/physics_options.hpp"

#include <fmt/format.h>

#include <map>

#include "host/families/family.hpp"
#include "host/options/instruction_set.hpp"
#include "host/options/searched_option.hpp"

namespace modecollapse {

void refuse_unavailable(const Configuration& options) {
    options.refuse_unused();
    options.refuse_for_precision();
    const auto check = family_named(options.family()).check;
    if (options.searched().empty()) {
        if (check) check(options);
        return;
    }
    for (const Configuration& end : ends_of_search(options)) {
        end.refuse_for_precision();
        if (check) check(end);
    }
}

std::map<std::string, std::string> resolved_values(const Configuration& options) {
    std::map<std::string, std::string> resolved;
    const auto resolve = family_named(options.family()).resolved;
    if (!resolve) return resolved;
    const Settings settings = options.settings();
    for (const OptionRow* row : options.rows()) {
        if (row->record != Record::resolved || options.has(row->name) || !options.uses(row->name)) continue;
        const std::string text = resolve(settings, row->name);
        if (!text.empty()) resolved[row->name] = text;
    }
    if (options.has("start") && options.numbers("start").size() == 4)
        resolved["weight"] = text_of_number(options.numbers("start")[3]);
    return resolved;
}

std::string resolved_toml(const Configuration& options, bool physics_only) {
    if (!(options.command() & physics_commands)) return options.to_toml(physics_only);
    std::map<std::string, std::string> resolved = resolved_values(options);
    if (options.has("start") && options.numbers("start").size() == 4) resolved.erase("weight");  // the start has it
    return options.to_toml(physics_only, resolved);
}

namespace {

BackendOptions backend_options_from(const Configuration& options) {
    BackendOptions request;
    const std::string& name = options.text("backend");
    request.backend = name == "cpu"    ? BackendChoice::cpu
                      : name == "cuda" ? BackendChoice::cuda
                                       : BackendChoice::automatic;
    request.threads = static_cast<int>(options.integer("threads"));
    request.device = static_cast<int>(options.integer("device"));
    request.isa = asked_isa();
    return request;
}

}  // namespace

Backend backend_from(const Configuration& options) { return backend_from(options, family_named(options.family())); }

Backend backend_from(const Configuration& options, const Family& family) {
    BackendOptions request = backend_options_from(options);
    if (family.cuda == OnCuda::never && request.backend == BackendChoice::cuda)
        options.refuse("backend", fmt::format("is not there with --family {} (allowed: auto, cpu)", family.name));
    const bool followed = options.command() == trajectory_command;
    if (followed && family.cuda != OnCuda::by_default && request.backend == BackendChoice::cuda)
        options.refuse("backend", fmt::format("{} are followed on the CPU only (allowed: auto, cpu)", family.members));
    // a handful of members: a GPU takes longer
    if ((followed || family.cuda != OnCuda::by_default) && request.backend == BackendChoice::automatic)
        request.backend = BackendChoice::cpu;
    return choose_backend(request);
}

}  // namespace modecollapse
