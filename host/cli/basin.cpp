// modecollapse basin: outcome over a grid of starts (m1, m2) at fixed overlap s.
#include <fmt/format.h>

#include "host/cli/commands.hpp"
#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/families/mixture/from_options.hpp"
#include "host/families/mixture/words.hpp"
#include "host/options/physics_options.hpp"
#include "host/report/basin.hpp"
#include "host/report/physics.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
Report run_basin(const Configuration& options) {
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const double s = options.number("s");
    const int n = static_cast<int>(options.integer("grid"));
    constexpr double bytes_of_a_start = 250.0;  // with its place in a table
    require_memory(fmt::format("basin with --grid {}", n), bytes_of_a_start * n * n);
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Basins of attraction");

    Basin basin;
    {
        Progress progress("basin", !options.flag("quiet"));
        RunControl control;
        control.progress = [&](std::uint64_t done) {
            progress.update(static_cast<double>(done) / (static_cast<double>(n) * n), fmt::format("{} starts", done));
        };
        basin = basin_of_starts(problem, settings, s, n, backend, control);
    }
    std::int64_t starts = 0;
    for (const std::int64_t count : basin.counts.count) starts += count;
    warn_of_failures(options, static_cast<std::size_t>(basin.counts.count[static_cast<int>(Outcome::failed)]),
                     static_cast<std::size_t>(starts), "starts");
    report.record.finished = utc_now();
    report.result = basin_result(basin, s);
    add_physics(report.result, problem, settings);
    report.text = fmt::format("{}, s = {:g}, {} x {} starts\n\n", describe(problem, settings, true), s, n, n) +
                  basin_picture(basin) + "\n" + to_aligned_text(basin_table(report.result));
    return report;
}

}  // namespace modecollapse
