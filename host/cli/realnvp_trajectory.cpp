// modecollapse trajectory --family realnvp: what a training does over its steps (kernels/realnvp/monitor.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/cli/progress.hpp"
#include "host/cli/realnvp_output.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/cli/special_radii.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"

namespace modecollapse {
namespace {

constexpr int default_times = 20;  // intervals between the output times

struct Column {
    const char* name;
    double RealnvpMonitor::*value;
    const char* meaning;
};
constexpr Column columns[] = {
    {"reverse_kl", &RealnvpMonitor::reverse_kl, "KL divergence of the flow from the target"},
    {"reverse_kl_error", &RealnvpMonitor::reverse_kl_error, "its standard error"},
    {"effective_samples", &RealnvpMonitor::effective_samples, "effective share of samples"},
    {"forward_kl", &RealnvpMonitor::forward_kl, "KL divergence of the target from the flow"},
    {"forward_kl_error", &RealnvpMonitor::forward_kl_error, "its standard error"},
    {"projected_mean", &RealnvpMonitor::projected_mean, "mean of samples along mu*/R"},
    {"projected_variance", &RealnvpMonitor::projected_variance, "variance of samples along mu*/R"},
    {"mass_plus", &RealnvpMonitor::mass_plus, "mass of the flow on the side of +mu*"},
};

std::vector<std::uint64_t> steps_from(const Configuration& options, std::uint64_t horizon) {
    std::vector<std::uint64_t> steps;
    if (options.given("times")) {
        for (const double time : options.numbers("times")) {
            if (time != std::floor(time) || time > static_cast<double>(horizon))
                options.refuse(
                    "times", fmt::format("counts the steps of a training (allowed: whole numbers, 0 to the horizon {})",
                                         horizon));
            steps.push_back(static_cast<std::uint64_t>(time));
        }
    } else {
        for (int i = 0; i <= default_times; ++i)
            steps.push_back(horizon * static_cast<std::uint64_t>(i) / default_times);
    }
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    return steps;
}

}  // namespace

Report run_realnvp_trajectory(const Configuration& options) {
    const Problem target = target_from(options);
    const Training training = training_from(options, options.number("dimension"));
    const RealnvpProblem problem = realnvp_problem(target, training);
    const TrainingRequest request = training_request_from(options);
    const std::vector<std::uint64_t> steps = steps_from(options, training.steps);
    const std::vector<std::int64_t> ids = options.has("id") ? options.integers("id") : std::vector<std::int64_t>{0};
    const Backend backend = training_backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Trainings of normalizing flows over their steps");
    std::vector<RealnvpMonitor> monitors(ids.size() * steps.size());
    std::vector<std::uint8_t> outcomes(ids.size());
    {
        Progress progress("trajectory", !options.flag("quiet"));
        for (std::size_t i = 0; i < ids.size(); ++i) {
            RealnvpTask task = {&problem, request.precision, request.seed, static_cast<std::uint64_t>(ids[i]),
                                1,        problem.steps};
            task.record.outcome = &outcomes[i];
            task.path = {steps.data(), steps.size(), monitors.data() + i * steps.size()};
            task.target_samples = training.evaluation_samples;
            TrainingControl control;
            control.progress = [&](double fraction) {
                progress.update((static_cast<double>(i) + fraction) / static_cast<double>(ids.size()),
                                fmt::format("member {}", ids[i]));
            };
            train_members(task, backend, control);
        }
    }
    report.record.finished = utc_now();

    report.json["trajectories"] = nlohmann::ordered_json::array();
    report.csv.columns = {"id", "step", "beta"};
    for (const Column& column : columns) report.csv.columns.emplace_back(column.name);
    report.csv.columns.emplace_back("outcome");
    Table table{{"id", "step", "beta", "KL(q||p)", "effective", "KL(p||q)", "mean", "variance", "mass +"}, {}};
    std::vector<double> betas;
    for (const std::uint64_t step : steps) betas.push_back(beta_at_step(problem, step));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const char* outcome = realnvp_outcome_names[outcomes[i]];
        nlohmann::ordered_json object = {{"id", ids[i]}, {"outcome", outcome}, {"t", steps}, {"beta", betas}};
        for (const Column& column : columns) object[column.name] = nlohmann::ordered_json::array();
        for (std::size_t k = 0; k < steps.size(); ++k) {
            const RealnvpMonitor& m = monitors[i * steps.size() + k];
            std::vector<std::string> row = {fmt::format("{}", ids[i]), fmt::format("{}", steps[k]),
                                            cell_text(betas[k])};
            for (const Column& column : columns) {
                object[column.name].push_back(number_or_null(m.*column.value));
                row.push_back(cell_text(m.*column.value));
            }
            row.emplace_back(outcome);
            report.csv.rows.push_back(std::move(row));
            table.rows.push_back({fmt::format("{}", ids[i]), fmt::format("{}", steps[k]),
                                  fmt::format("{:.4f}", betas[k]), fmt::format("{:.4f}", m.reverse_kl),
                                  fmt::format("{:.3f}", m.effective_samples), fmt::format("{:.4f}", m.forward_kl),
                                  fmt::format("{:.3f}", m.projected_mean), fmt::format("{:.3f}", m.projected_variance),
                                  fmt::format("{:.4f}", m.mass_plus)});
        }
        report.json["trajectories"].push_back(std::move(object));
    }
    report.json["seed"] = request.seed;
    report.json["family"] = "realnvp";
    report.json["radius"] = target.radius;
    report.json["dimension"] = training.shape.dimension;
    add_training(report.json, target, training);
    report.json["target_projected_variance"] = target_projected_variance(target);
    add_provenance(report.json, options, report.record);
    report.text = describe(target, training) + "\n\n" + to_aligned_text(table) + "\n";
    for (std::size_t i = 0; i < ids.size(); ++i)
        report.text +=
            fmt::format("member {}: {} after {} steps\n", ids[i], realnvp_outcome_names[outcomes[i]], training.steps);
    report.text += fmt::format("variance of the target along mu*: {:.4g}\n", target_projected_variance(target));

    const std::vector<std::string> plane = {"trajectory", "time"};
    report.dataset.dimensions = {{"trajectory", ids.size()}, {"time", steps.size()}};
    report.dataset.variables = {
        {"trajectory", {"trajectory"}, ids, described("id of the training")},
        {"time", {"time"}, std::vector<double>(steps.begin(), steps.end()), described("steps of the training")},
        {"beta", {"time"}, betas, described("inverse temperature of the target")},
        {"outcome",
         {"trajectory"},
         std::vector<std::int8_t>(outcomes.begin(), outcomes.end()),
         {{"units", "1"},
          {"long_name", "outcome"},
          {"flag_values", std::vector<std::int8_t>{0, 1, 2, 3}},
          {"flag_meanings", std::string("collapsed_plus collapsed_minus covered failed")}}}};
    for (const Column& column : columns) {
        std::vector<double> values;
        for (const RealnvpMonitor& m : monitors) values.push_back(m.*column.value);
        report.dataset.variables.push_back({column.name, plane, values, described(column.meaning)});
    }
    return report;
}

}  // namespace modecollapse
