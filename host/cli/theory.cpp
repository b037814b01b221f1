// modecollapse theory: P(collapse) and the probability of every outcome by the theory of docs/theory.md, for a list of
// dimensions.
#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "host/cli/commands.hpp"
#include "host/cli/failed_members.hpp"
#include "host/cli/family_theory.hpp"
#include "host/experiments/threshold.hpp"
#include "host/families/family.hpp"
#include "host/families/mixture/from_options.hpp"
#include "host/families/mixture/words.hpp"
#include "host/options/physics_options.hpp"
#include "host/report/physics.hpp"
#include "host/report/theory.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

std::vector<MemberFailures> failures_of(const std::vector<TheoryRow>& rows) {
    std::vector<MemberFailures> failures;
    for (const TheoryRow& row : rows) {
        const auto trajectories = static_cast<double>(row.theory.trajectories);
        failures.push_back({std::round(row.failed() * trajectories), trajectories, row.failed(), is_known(row.failed()),
                            fmt::format("at d = {:.0f}", row.dimension)});
    }
    return failures;
}

Backend processor_from(const Configuration& options, const Problem& problem, const MixtureSettings& settings) {
    if (settings.sampled.dynamics != Dynamics::flow)
        options.refuse("dynamics", "the theory is for the gradient flow (allowed: flow)");
    if (is_adaptive(problem.annealing))
        options.refuse("annealing", "the theory knows no schedule that depends on the trajectory (allowed: another)");
    if (options.text("weights") != "fixed")
        options.refuse("weights", "the theory is for fixed weights (allowed: fixed)");
    if (options.text("backend") == "cuda")
        options.refuse("backend", "the theory takes too few trajectories for a GPU (allowed: auto|cpu)");
    if (options.text("precision") == "single")
        options.refuse("precision", "the theory locates separatrices in double precision only (allowed: double)");
    BackendOptions request;
    request.backend = BackendChoice::cpu;
    request.threads = static_cast<int>(options.integer("threads"));
    return choose_backend(request);
}

}  // namespace

Report run_theory(const Configuration& options) {
    if (const Theory* theory = family_named(options.family()).theory) return run_family_theory(options, *theory);
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const Backend backend = processor_from(options, problem, settings);
    Report report;
    report.record = begin_record(options, backend, "Probability of mode collapse by theory");
    const auto clock = [] { return std::chrono::steady_clock::now(); };
    const auto since = [&clock](auto begin) { return std::chrono::duration<double>(clock() - begin).count(); };

    const auto started = clock();
    const MixtureSetup setup(problem, settings);
    TheoryOptions theory;
    theory.accuracy = options.number("accuracy");
    theory.threads = backend.threads;
    const std::vector<double> dimensions = sorted_without_repeats(options.numbers("dimension"));
    std::vector<TheoryRow> rows;
    const std::size_t done = as_far_as_possible(dimensions.size(), [&](std::size_t i) {
        const auto begin = clock();
        const CollapseTheory result = collapse_theory(setup, dimensions[i], theory);
        rows.push_back({dimensions[i], result, since(begin)});
    });
    if (done < dimensions.size())
        report.partial = fmt::format("the first {} of {} dimensions", done, dimensions.size());
    report.record.finished = utc_now();

    report.result = theory_result(rows, theory.accuracy);
    add_physics(report.result, problem, settings);
    report.result.add(time_taken(since(started)));
    report.text = fmt::format("Probabilities by theory: linear regime matched to the full flow, to {:g}\n{}\n\n",
                              theory.accuracy, describe(problem, settings, true)) +
                  to_aligned_text(theory_table(report.result)) +
                  fmt::format("\n{:.2f} s on {} ({})\n", since(started), report.record.backend, report.record.isa);
    report_failures(options, failures_of(rows), report);
    return report;
}

}  // namespace modecollapse
