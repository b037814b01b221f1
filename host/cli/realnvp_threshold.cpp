// modecollapse threshold --family realnvp: R_c(d; level) of normalizing flows, by the same search as for the mixture.
#include <fmt/format.h>

#include <chrono>

#include "host/cli/critical_radii.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/report/physics.hpp"
#include "host/report/special_radii.hpp"
#include "host/report/threshold.hpp"

namespace modecollapse {
Report run_realnvp_threshold(const Configuration& options) {
    const Problem base = target_from(options);
    const TrainingRequest request = training_request_from(options);
    const auto [radius_low, radius_high] = options.range("radius-range");
    const Backend backend = training_backend_from(options);
    Report report;
    report.record =
        begin_record(options, backend, "Critical radius of mode collapse of normalizing flows against dimension");
    const auto started = std::chrono::steady_clock::now();
    ThresholdRequest search;
    search.search = {radius_low, radius_high, realnvp_coarse_step, realnvp_resolution};
    search.dimensions = sorted_without_repeats(options.numbers("dimension"));
    search.levels = sorted_without_repeats(options.numbers("level"));
    std::vector<Training> trainings;
    for (const double dimension : search.dimensions) {
        trainings.push_back(training_from(options, dimension));
        realnvp_problem(base, trainings.back());  // checks all first
    }
    CriticalRadii found;
    {
        Progress progress("threshold", !options.flag("quiet"));
        // a level takes some six radii beyond the coarse grid
        search.progress =
            threshold_progress(progress, search, static_cast<double>(coarse_radii(search.search).size()), 6.0);
        found = realnvp_critical_radii(search, base, trainings, request, backend);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    mark_missing_dimensions(found, report);

    report.result = threshold_result(found, search.search, outcome_classes(FamilyId::realnvp), request.members);
    Result& result = report.result;
    add_no_special_radii(result);
    add_physics(result, trainings.back());
    result.add(time_taken(seconds));
    report.text =
        fmt::format(
            "Critical radius R_c(d; level) of flows: first radius in {:g} .. {:g} at which P(collapse) "
            "reaches the level\n{}\n{} trainings "
            "at each radius, seed {}; radii {:g} apart, then bisected to {:g}\n\n",
            radius_low, radius_high, describe_training(base, trainings.back()), request.members, request.seed,
            realnvp_coarse_step, realnvp_resolution) +
        to_aligned_text(threshold_table(result, 3)) +
        fmt::format("\n{} trainings in {:.1f} s on {} ({}, {} precision)\n", text_of(result, "trajectories_total"),
                    seconds, report.record.backend, report.record.isa, report.record.precision);
    report_failures(options, found, report);
    return report;
}

}  // namespace modecollapse
