#include "host/families/vae/ensemble.hpp"

#include <fmt/format.h>

#include "host/families/encoder_measures.hpp"
#include "host/families/recorded_parts.hpp"
#include "host/families/training_times.hpp"

namespace modecollapse {
namespace {

using vae::Monitor;

// What members are summed by and followed by, in the order of the schema.
struct MonitorColumn {
    Quantity quantity;
    double Monitor::*value;
};
constexpr MonitorColumn columns[] = {
    {{encoder_kl.name, encoder_kl.unit, encoder_kl.long_name, "", "KL", "{:.4f}"}, &Monitor::kl},
    {{"reconstruction", "nat", "expected log likelihood of the data given their latents", "", "log p(x|z)", "{:.4f}"},
     &Monitor::reconstruction},
    {{"elbo", "nat", "evidence lower bound, at KL weight 1", "", "ELBO", "{:.4f}"}, &Monitor::elbo},
    {{"largest_variance", "1", "largest eigenvalue of the covariance of the posterior means", "", "largest", "{:.5f}"},
     &Monitor::variance},
};

void train(vae::Task task, const Backend& backend, const std::function<void(double)>& progress) {
    throw_if_given_up();
    task.stop = give_up_request();
    const double total = static_cast<double>(task.problem->steps) * static_cast<double>(task.count);
    if (progress) task.progress = [&](std::uint64_t steps) { progress(static_cast<double>(steps) / total); };
    if (!vae::run_on_cpu(task, {backend.threads, backend.isa.c_str()})) throw Interrupted{};
}

}  // namespace

Schema vae_schema(const Settings& settings) {
    Schema schema;
    for (int i = 0; i < vae::outcome_count; ++i) {
        const auto outcome = static_cast<vae::Outcome>(i);
        schema.classes.push_back({vae::outcome_names[i], outcome == vae::Outcome::collapsed ? OutcomeClass::collapse
                                                         : outcome == vae::Outcome::failed  ? OutcomeClass::failure
                                                                                            : OutcomeClass::other});
    }
    schema.histograms = {{active_directions.name, static_cast<int>(settings.as<VaeRun>().problem.latent) + 1,
                          active_directions.long_name}};
    schema.events = {{"steps", "steps made in this run, by all trainings"}};
    for (const MonitorColumn& column : columns) schema.quantities.push_back(column.quantity);
    return schema;
}

VaeEnsemble::VaeEnsemble(const Settings& settings) : schema_(vae_schema(settings)), run_(vae_run(settings)) {}

std::vector<Tally> VaeEnsemble::run(const Ids& ids, const Backend& backend, const RunControl& control) const {
    const std::uint64_t first = ids.edges.front(), count = ids.edges.back() - first;
    std::vector<std::uint8_t> outcome(count, unfinished_member);
    std::vector<std::uint64_t> steps(count);
    std::vector<Monitor> monitors(count);
    vae::Task task = {&run_.problem, run_.precision, ids.seed, first, count};
    task.record = {outcome.data(), steps.data(), monitors.data()};
    std::function<void(double)> progress;
    if (control.progress)
        progress = [&](double share) {
            control.progress(static_cast<std::uint64_t>(share * static_cast<double>(count)));
        };
    return recorded_parts(
        schema_, ids, [&] { train(task, backend, progress); },
        [&](std::uint64_t i) -> MemberEnd {
            if (outcome[i] == unfinished_member) return {-1};
            MemberEnd end = {outcome[i], {-1}, {static_cast<std::int64_t>(steps[i])}};
            if (outcome[i] == static_cast<std::uint8_t>(vae::Outcome::failed)) return end;
            end.bins = {static_cast<int>(monitors[i].active)};
            for (const MonitorColumn& column : columns) end.quantities.push_back(monitors[i].*column.value);
            return end;
        });
}

Series VaeEnsemble::follow(const SeriesRequest& request, const Backend& backend) const {
    const vae::Problem& problem = run_.problem;
    const std::vector<std::uint64_t> steps = steps_of_times(request.times, problem.steps);
    const std::size_t n = request.ids.size();
    Series series;
    for (const MonitorColumn& column : columns) series.monitors.push_back(column.quantity);
    series.monitors.push_back(
        {active_directions.name, active_directions.unit, active_directions.long_name, "", "active", "{:.0f}"});
    series.of_time = {{"beta", "1", "KL weight", "beta", "beta", "{:.4f}"}};
    for (const std::uint64_t step : steps)
        series.time_values.push_back(problem.kl_weight.at(static_cast<double>(step)));
    series.outcomes.resize(n);
    std::vector<Monitor> monitors(steps.size());
    for (std::size_t i = 0; i < n; ++i) {
        vae::Task task = {&problem, run_.precision, request.seed, request.ids[i], 1};
        task.record.outcome = &series.outcomes[i];
        task.path = {steps.data(), steps.size(), monitors.data()};
        train(task, backend, [&](double share) {
            if (request.progress)
                request.progress((static_cast<double>(i) + share) / static_cast<double>(n),
                                 fmt::format("member {}", request.ids[i]));
        });
        for (const Monitor& monitor : monitors) {
            for (const MonitorColumn& column : columns) series.values.push_back(monitor.*column.value);
            series.values.push_back(monitor.active);
        }
    }
    return series;
}

// Multiplications: a parameter is met once forward and twice in reverse; those of a Brenier map twice as often.
double VaeEnsemble::work_of_a_member() const {
    const vae::Problem& p = run_.problem;
    double parameters = static_cast<double>(parameter_count(p.encoder));
    if (p.decoder != vae::Decoder::brenier)
        parameters += static_cast<double>(parameter_count(p.network));
    else
        parameters += 2.0 * static_cast<double>(parameter_count(p.first_map) + parameter_count(p.second_map));
    const double samples = static_cast<double>(p.batch) * static_cast<double>(p.steps);
    return parameters * (3.0 * samples + static_cast<double>(p.held_out));
}

double VaeEnsemble::bytes_of_a_thread() const {
    const vae::Problem& p = run_.problem;
    return static_cast<double>(vae::thread_bytes(p, run_.precision)) +
           8.0 * static_cast<double>(p.held_out) * (static_cast<double>(p.latent) + 2.0);
}

}  // namespace modecollapse
