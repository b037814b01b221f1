// modecollapse threshold: R_c(d; level) for a list of dimensions, with the folds and R_inf. The main job.
#include <fmt/format.h>

#include <chrono>

#include "host/cli/commands.hpp"
#include "host/cli/critical_radii.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/options/start_options.hpp"
#include "host/report/physics.hpp"
#include "host/report/special_radii.hpp"
#include "host/report/threshold.hpp"

namespace modecollapse {
Report run_threshold(const Configuration& options) {
    if (is_realnvp(options)) return run_realnvp_threshold(options);
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const auto [radius_low, radius_high] = options.range("radius-range");
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Critical radius of mode collapse against dimension");
    const auto started = std::chrono::steady_clock::now();

    ThresholdRequest search;
    search.search.radius_low = radius_low;
    search.search.radius_high = radius_high;
    search.dimensions = sorted_without_repeats(options.numbers("dimension"));
    search.levels = sorted_without_repeats(options.numbers("level"));
    const std::vector<double> first_pass = coarse_radii(search.search);
    EnsembleRequest request;
    request.seed = options.seed();
    const SamplingPlan plan = sampling_from(options);
    request.trajectories = trajectories_from(options, plan);
    SpecialRadii special;
    CriticalRadii found;
    {
        Progress progress("threshold", !options.flag("quiet"));
        progress.update(0.0, "folds");
        special = find_special_radii(problem, settings);
        // a level takes some 20 radii beyond the coarse grid
        search.progress = threshold_progress(progress, search, static_cast<double>(first_pass.size()), 20.0);
        found = mixture_critical_radii(search, problem, settings, request, plan, special, backend);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    mark_missing_dimensions(found, report);

    report.result = threshold_result(found, search.search, outcome_classes(FamilyId::mixture), request.trajectories);
    add_special_radii(report.result, special);
    add_first_pass(report.result, found, first_pass);
    add_physics(report.result, problem, settings);
    report.result.add(time_taken(seconds));
    report.text = fmt::format(
                      "Critical radius R_c(d; level): first radius in {:g} .. {:g} at which P(collapse) reaches the "
                      "level\n{}; {} "
                      "trajectories at each radius, seed {}\n\n",
                      radius_low, radius_high, describe(problem, settings, false), request.trajectories, request.seed) +
                  to_aligned_text(threshold_table(report.result, 4)) + "\nIndependent of the dimension:\n" +
                  special_radii_text(report.result) +
                  fmt::format("\n{:.3g} trajectories in {:.1f} s on {} ({}, {} precision)\n",
                              number_of(report.result, "trajectories_total"), seconds, report.record.backend,
                              report.record.isa, report.record.precision);
    report_failures(options, found, report);
    return report;
}

}  // namespace modecollapse
