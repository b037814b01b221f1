// Trainings of a RealNVP flow over their steps (kernels/realnvp/monitor.hpp).
#include <fmt/format.h>

#include "host/families/realnvp/ensemble.hpp"
#include "host/families/realnvp/measures.hpp"
#include "host/families/training_times.hpp"

namespace modecollapse {
namespace {

struct MonitorColumn {
    Quantity quantity;
    double RealnvpMonitor::*value;
};
constexpr const char* left_out = "";  // of the table for people
constexpr MonitorColumn of_any_target[] = {
    {{"reverse_kl", "1", "KL divergence of the flow from the target", "", "KL(q||p)", "{:.4f}"},
     &RealnvpMonitor::reverse_kl},
    {{"reverse_kl_error", "1", "its standard error", "", left_out}, &RealnvpMonitor::reverse_kl_error},
    {{"effective_samples", "1", "effective share of samples", "", "effective", "{:.3f}"},
     &RealnvpMonitor::effective_samples},
    {{"forward_kl", "1", "KL divergence of the target from the flow", "", "KL(p||q)", "{:.4f}"},
     &RealnvpMonitor::forward_kl},
    {{"forward_kl_error", "1", "its standard error", "", left_out}, &RealnvpMonitor::forward_kl_error},
};

Quantity headed(Quantity quantity, const char* heading) {
    quantity.heading = heading;
    return quantity;
}

std::vector<MonitorColumn> columns_of(const RealnvpProblem& problem) {
    std::vector<MonitorColumn> columns(std::begin(of_any_target), std::end(of_any_target));
    const auto add = [&](const Quantity& quantity, double RealnvpMonitor::*value) {
        columns.push_back({quantity, value});
    };
    const bool modes = problem.modes.count > 0;
    if (!modes)
        add({"projected_mean", "1", "mean of samples along mu*/R", "", "mean", "{:.3f}"},
            &RealnvpMonitor::projected_mean);
    add({"projected_variance", "1", modes ? variance_in_span : "variance of samples along mu*/R", "", "variance",
         "{:.3f}"},
        &RealnvpMonitor::projected_variance);
    if (modes)
        add(headed(covered_modes_of_flow, "covered"), &RealnvpMonitor::covered_modes);
    else
        add({"mass_plus", "1", "mass of the flow on the side of +mu*", "", "mass +", "{:.4f}"},
            &RealnvpMonitor::mass_plus);
    add(headed(entropic_mode_coverage_measure, modes ? "coverage" : left_out), &RealnvpMonitor::entropic_coverage);
    add(headed(mode_weight_error_measure, modes ? "weight error" : left_out), &RealnvpMonitor::mode_weight_error);
    return columns;
}

}  // namespace

Series RealnvpEnsemble::follow(const SeriesRequest& request, const Backend& backend) const {
    const std::vector<std::uint64_t> steps = steps_of_times(request.times, problem_.steps);
    const std::size_t n = request.ids.size();
    const std::vector<MonitorColumn> columns = columns_of(problem_);
    Series series;
    for (const MonitorColumn& column : columns) series.monitors.push_back(column.quantity);
    series.of_time = {{"beta", "1", "inverse temperature of the target", "beta", "beta", "{:.4f}"}};
    for (const std::uint64_t step : steps) series.time_values.push_back(beta_at_step(problem_, step));
    series.outcomes.resize(n);
    std::vector<RealnvpMonitor> monitors(steps.size());
    RealnvpMonitor at_end = {};
    for (std::size_t i = 0; i < n; ++i) {
        RealnvpTask task = {&problem_, run_.precision, request.seed, request.ids[i], 1, problem_.steps};
        task.record.outcome = &series.outcomes[i];
        task.record.monitor = &at_end;
        task.path = {steps.data(), steps.size(), monitors.data()};
        task.target_samples = run_.training.evaluation_samples;
        TrainingControl control;
        control.progress = [&](double fraction) {
            if (request.progress)
                request.progress((static_cast<double>(i) + fraction) / static_cast<double>(n),
                                 fmt::format("member {}", request.ids[i]));
        };
        train_members(task, backend, control);
        series.outcomes[i] = static_cast<std::uint8_t>(class_of(series.outcomes[i], at_end));
        for (const RealnvpMonitor& monitor : monitors)
            for (const MonitorColumn& column : columns) series.values.push_back(monitor.*column.value);
    }
    return series;
}

}  // namespace modecollapse
