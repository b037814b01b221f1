#include "host/options/physics_options.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <map>

#include "host/families/family.hpp"
#include "host/families/mixture/options.hpp"
#include "host/io/names.hpp"
#include "host/options/instruction_set.hpp"
#include "host/options/realnvp_options.hpp"
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

Problem target_from(const Configuration& options) {
    return is_realnvp(options) ? realnvp_run(options.settings()).target : mixture_run(options.settings()).target;
}

Problem problem_from(const Configuration& options) {
    if (is_realnvp(options)) options.refuse("family", "is not available here (allowed: mixture)");
    return mixture_run(options.settings()).target;
}

MixtureSettings settings_from(const Configuration& options) { return mixture_run(options.settings()).settings; }

std::map<std::string, std::string> resolved_values(const Configuration& options) {
    std::map<std::string, std::string> resolved;
    if (is_realnvp(options)) return resolved;
    const MixtureRun run = mixture_run(options.settings());
    for (const OptionRow* row : options.rows()) {
        if (row->record != Record::resolved || options.has(row->name) || !options.uses(row->name)) continue;
        const std::string text = resolved_text(run, row->name);
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

std::vector<OrderParameters<double>> given_start(const Configuration& options, Problem& problem) {
    const std::vector<double> start = options.numbers("start");
    if (options.has("id") && options.given("id")) options.refuse("start", "excludes --id (allowed: one of the two)");
    if (start.size() != 3 && start.size() != 4)
        options.refuse("start", fmt::format("has {} numbers (allowed: m1,m2,s[,w1])", start.size()));
    Eigen::Matrix3d gram;
    gram << 1.0, start[0], start[1], start[0], 1.0, start[2], start[1], start[2], 1.0;
    const double smallest = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(gram).eigenvalues()[0];
    if (smallest < -1e-12)
        options.refuse("start", fmt::format("no three vectors have these overlaps: the Gram matrix has the eigenvalue "
                                            "{:.3g} (allowed: none below 0)",
                                            smallest));
    if (start.size() == 4) {
        if (options.given("weight"))
            options.refuse("start", "has a weight, and --weight is given too (allowed: one of the two)");
        problem.weight = start[3];
        const bool fixed = problem.weights == WeightGeometry::fixed;
        const double least = fixed ? smallest_weight : smallest_trainable_weight;
        if (!(start[3] >= least && start[3] <= 1.0 - least))
            options.refuse("start", fmt::format("weight w1 is out of range (allowed: {})",
                                                fixed ? "0.0001 to 0.9999" : "1e-8 to 1 - 1e-8"));
    }
    return {{start[0], start[1], 1.0 - start[2], start_coordinate(problem)}};
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

Backend backend_from(const Configuration& options) {
    BackendOptions request = backend_options_from(options);
    if (request.backend == BackendChoice::automatic && options.command() == trajectory_command)
        request.backend = BackendChoice::cpu;  // a handful of trajectories: a GPU takes longer
    return choose_backend(request);
}

Backend backend_of_family(const Configuration& options) {
    return backend_of_family(options, family_named(options.family()));
}

Backend backend_of_family(const Configuration& options, const Family& family) {
    BackendOptions request = backend_options_from(options);
    if (family.cuda == OnCuda::never && request.backend == BackendChoice::cuda)
        options.refuse("backend", fmt::format("is not there with --family {} (allowed: auto, cpu)", family.name));
    if (family.cuda != OnCuda::by_default && request.backend == BackendChoice::automatic)
        request.backend = BackendChoice::cpu;
    return choose_backend(request);
}

Backend training_backend_from(const Configuration& options) {
    BackendOptions request = backend_options_from(options);
    if (request.backend == BackendChoice::cuda && options.command() == trajectory_command)
        options.refuse("backend", "the monitors of a training are computed on the CPU only (allowed: auto, cpu)");
    if (request.backend == BackendChoice::automatic)
        request.backend = BackendChoice::cpu;  // never measured on a GPU: it must be asked for
    return choose_backend(request);
}

}  // namespace modecollapse
