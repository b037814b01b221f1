#include "host/cli/rare_probability.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/options/physics_options.hpp"
#include "host/rare/rare_event.hpp"
#include "host/run/default_threads.hpp"

namespace modecollapse {
namespace {

RareEventRequest request_from(const Configuration& options, const Backend& backend) {
    RareEventRequest request;
    request.dimension = options.number("dimension");
    request.seed = options.seed();
    request.budget = static_cast<std::uint64_t>(options.integer("trajectories"));
    if (options.has("relative-error")) request.relative_error = options.number("relative-error");
    request.threads = backend.cuda ? default_threads() : backend.threads;
    return request;
}

// The starts that collapse.
StartSet collapsing(const MixtureSetup& setup, double dimension, const Backend& backend) {
    return [&setup, &backend, dimension](const OrderParameters<double>* starts, std::uint64_t count,
                                         std::uint8_t* fates) {
        EndRecord record = {};
        record.outcome = fates;
        run_from_starts(setup, dimension, starts, count, record, backend);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto outcome = static_cast<Outcome>(fates[i]);
            fates[i] = outcome == Outcome::failed ? start_failed : is_collapse(outcome) ? start_inside : start_outside;
        }
    };
}

nlohmann::ordered_json null_if_nan(double x) {
    return std::isnan(x) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(x);
}

Dataset dataset_of(const RareEventEstimate& e, const char* ci_method) {
    const std::vector<std::string> point;  // no dimension
    const auto real = [&](const char* name, double value, const std::string& long_name) {
        return Variable{name, point, std::vector<double>{value}, {{"units", "1"}, {"long_name", long_name}}};
    };
    const auto whole = [&](const char* name, std::uint64_t value, const std::string& long_name) {
        return Variable{name,
                        point,
                        std::vector<std::int64_t>{static_cast<std::int64_t>(value)},
                        {{"units", "1"}, {"long_name", long_name}}};
    };
    Dataset dataset;
    dataset.variables = {
        real("p_collapse", e.p, "probability of mode collapse, by importance sampling"),
        real("ci_low", e.interval.low, fmt::format("lower end of the 95 % interval ({})", ci_method)),
        real("ci_high", e.interval.high, fmt::format("upper end of the 95 % interval ({})", ci_method)),
        real("standard_error", e.standard_error, "standard error of p_collapse"),
        real("relative_error", e.relative_error, "standard error over p_collapse"),
        whole("levels", static_cast<std::uint64_t>(e.levels), "levels of adaptation"),
        whole("trajectories", e.draws, "trajectories in total"),
        whole("trajectories_final", e.final_draws, "trajectories behind the estimate"),
        whole("collapsed_final", e.final_inside, "of these collapsed, not weighted"),
        whole("failed", e.failed, "trajectories that failed"),
        real("failed_share", e.failed_share, "share of the initial law or of the trajectories that failed"),
        {"rare_status",
         point,
         std::vector<std::int8_t>{static_cast<std::int8_t>(e.status)},
         {{"units", "1"},
          {"long_name", "state of the estimate"},
          {"flag_values", std::vector<std::int8_t>{0, 1, 2, 3, 4}},
          {"flag_meanings", "reached budget_used not_found unsettled failed"}}}};
    return dataset;
}

void warn_of(const RareEventEstimate& e, double wanted) {
    if (e.status == RareEventStatus::not_found)
        spdlog::warn("no collapse found in {} trajectories: ci_high is a bound, not an estimate", e.draws);
    if (e.status == RareEventStatus::failed)
        spdlog::warn("the trajectories that failed leave more of P open than the relative error {:g}", wanted);
    if (e.status == RareEventStatus::unsettled)
        spdlog::warn("the weights have not settled: the interval need not hold (allow more --trajectories)");
    if (e.status == RareEventStatus::budget_used)
        spdlog::warn("relative error {:.3g} instead of {:g}: {} trajectories were not enough", e.relative_error, wanted,
                     e.draws);
}

}  // namespace

Report run_rare_probability(const Configuration& options) {
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const Backend backend = backend_from(options);
    const std::optional<double> horizon = effective_horizon(problem, settings);
    RareEventRequest request = request_from(options, backend);
    Report report;
    report.record = begin_record(options, backend, "Probability of rare mode collapse");
    const auto started = std::chrono::steady_clock::now();
    const MixtureSetup setup(problem, settings);
    request.start_weight = setup.base().start_weight;
    RareEventEstimate e;
    {
        Progress progress("probability", !options.flag("quiet"));
        e = estimate_rare_event(request, collapsing(setup, request.dimension, backend), [&](std::uint64_t done) {
            progress.update(static_cast<double>(done) / static_cast<double>(request.budget),
                            fmt::format("{} trajectories", done));
        });
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    warn_of(e, request.relative_error);
    const char* status = rare_event_status_names[static_cast<int>(e.status)];
    const char* ci_method = e.final_inside == 0 ? "clopper-pearson" : "normal";

    report.json = {{"p_collapse", e.p},
                   {"ci_low", e.interval.low},
                   {"ci_high", e.interval.high},
                   {"ci_method", ci_method},
                   {"standard_error", e.standard_error},
                   {"relative_error", null_if_nan(e.relative_error)},
                   {"relative_error_wanted", request.relative_error},
                   {"status", status_of(e.p)},
                   {"rare_status", status},
                   {"sampling", "importance"},
                   {"counts", nullptr},
                   {"levels", e.levels},
                   {"trajectories", e.draws},
                   {"trajectories_final", e.final_draws},
                   {"collapsed_final", e.final_inside},
                   {"failed", e.failed},
                   {"failed_share", e.failed_share},
                   {"seed", request.seed},
                   {"radius", problem.radius},
                   {"dimension", static_cast<std::int64_t>(request.dimension)}};
    add_physics(report.json, problem, settings);
    add_provenance(report.json, options, report.record);
    report.json["seconds"] = seconds;

    report.csv.columns = {"radius", "dimension", "target_weight", "weight", "trajectories", "seed"};
    report.csv.rows = {{cell_text(problem.radius), cell_text(request.dimension), cell_text(problem.target_weight),
                        cell_text(problem.weight), fmt::format("{}", e.draws), options.text("seed")}};
    const std::vector<std::pair<const char*, std::string>> cells = {{"p_collapse", cell_text(e.p)},
                                                                    {"ci_low", cell_text(e.interval.low)},
                                                                    {"ci_high", cell_text(e.interval.high)},
                                                                    {"status", status_of(e.p)},
                                                                    {"rare_status", status},
                                                                    {"sampling", "importance"},
                                                                    {"standard_error", cell_text(e.standard_error)},
                                                                    {"relative_error", cell_text(e.relative_error)},
                                                                    {"ci_method", ci_method},
                                                                    {"levels", fmt::format("{}", e.levels)},
                                                                    {"failed", fmt::format("{}", e.failed)},
                                                                    {"failed_share", cell_text(e.failed_share)}};
    for (const auto& [name, value] : cells) {
        report.csv.columns.emplace_back(name);
        report.csv.rows[0].push_back(value);
    }
    report.text =
        fmt::format("P(collapse) = {}   95 % interval {:.4g} .. {:.4g} (importance sampling, {}; {})\n",
                    std::isnan(e.p) ? std::string("unknown") : fmt::format("{:.4g}", e.p), e.interval.low,
                    e.interval.high, ci_method, status) +
        fmt::format("{}, d = {:.0f}; {}; seed {}\n\n", describe(problem, settings, true), request.dimension,
                    horizon ? fmt::format("state at t = {:g}", *horizon) : "until trapped", request.seed) +
        fmt::format("relative error {:.3g} (wanted {:g}) from {} trajectories, {} of them collapsed, after {} levels\n",
                    e.relative_error, request.relative_error, e.final_draws, e.final_inside, e.levels) +
        fmt::format("{} trajectories in {:.2f} s on {} ({}, {} precision)\n", e.draws, seconds, report.record.backend,
                    report.record.isa, report.record.precision);
    report.dataset = dataset_of(e, ci_method);
    report_failures(
        options, {{static_cast<double>(e.failed), static_cast<double>(e.draws), e.failed_share, !std::isnan(e.p), ""}},
        report);
    return report;
}

}  // namespace modecollapse
