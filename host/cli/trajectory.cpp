// modecollapse trajectory: order parameters over time, for trajectories of an ensemble (--id) or from a given start
// (--start).
#include <fmt/format.h>

#include <algorithm>

#include "host/cli/commands.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse {
namespace {

struct Series {
    std::int64_t id;  // -1: a given start
    OrderParameters<double> start;
    Outcome outcome;
    double decided_at;                            // time at which the outcome became certain, or the horizon
    std::vector<OrderParameters<double>> states;  // one at each output time
    std::vector<double> weights;                  // w1 there
    std::vector<double> betas;                    // inverse temperature there
};

// Follows the same steps as the ensemble does, and reads the states and betas at `times` (ascending) off the continuous
// extension.
template <class Real, FieldProgram kind>
void follow(GradientFlowPayload problem, const std::vector<double>& times, Series& series) {
    problem.traps.box_count = problem.traps.ellipsoid_count = 0;  // the curve goes on where the outcome is long certain
    problem.end_time = std::max(problem.end_time, times.back() + 1.0);
    const OrderParameters<double>& start = series.start;
    const TrajectoryStepper<Real, kind> stepper(problem);
    Trajectory<Real> trajectory = stepper.start({Real(start.m1), Real(start.m2), Real(start.u), Real(start.weight)});
    std::vector<OrderParameters<double>>& states = series.states;
    while (states.size() < times.size() && times[states.size()] <= 0.0) {
        states.push_back(start);
        series.betas.push_back(static_cast<double>(stepper.beta_of(trajectory, Real(0.0))));
    }
    while (states.size() < times.size()) {
        const Trajectory<Real> before = trajectory;
        const Advance<Real> advance = stepper.advance(trajectory);
        while (advance.accepted && states.size() < times.size() &&
               times[states.size()] <= static_cast<double>(trajectory.time)) {
            const Real fraction = (Real(times[states.size()]) - before.time) / advance.size;
            const OrderParameters<Real> y = stepper.within(before, advance, fraction);
            states.push_back({static_cast<double>(y.m1), static_cast<double>(y.m2), static_cast<double>(y.u),
                              static_cast<double>(y.weight)});
            series.betas.push_back(static_cast<double>(stepper.beta_of(before, Real(times[series.betas.size()]))));
        }
        if (advance.end != Real(TrappingSet::none) && states.size() < times.size())
            throw std::domain_error(
                fmt::format("--times {:g} is further than --maximum-steps {:g} lead, which end at t = {:g} (allowed: "
                            "earlier times)",
                            times.back(), problem.integrator.maximum_steps, static_cast<double>(trajectory.time)));
    }
}

void follow(const GradientFlowPayload& problem, Precision precision, const std::vector<double>& times, Series& series) {
    const bool single = precision == Precision::single_precision;
    if (kind_of(problem) == FieldProgram::lean)
        single ? follow<float, FieldProgram::lean>(problem, times, series)
               : follow<double, FieldProgram::lean>(problem, times, series);
    else
        single ? follow<float, FieldProgram::general>(problem, times, series)
               : follow<double, FieldProgram::general>(problem, times, series);
}

std::vector<Series> gradient_flow_series(const MixtureSetup& setup, double dimension,
                                         const std::vector<std::int64_t>& ids,
                                         const std::vector<OrderParameters<double>>& starts,
                                         const std::vector<double>& times, const Backend& backend) {
    const GradientFlowPayload payload = setup.for_dimension(dimension);
    const std::size_t n = starts.size();
    std::vector<std::uint8_t> outcomes(n);
    std::vector<double> decided(n);
    run_from_starts(setup, dimension, starts.data(), n, {outcomes.data(), nullptr, nullptr, nullptr, decided.data()},
                    backend);
    std::vector<Series> all;
    as_far_as_possible(n, [&](std::size_t i) {
        Series series{ids[i], starts[i], static_cast<Outcome>(outcomes[i]), decided[i], {}, {}, {}};
        follow(payload, setup.precision(), times, series);
        for (const OrderParameters<double>& y : series.states) series.weights.push_back(weight1_of(payload, y));
        all.push_back(std::move(series));
    });
    return all;
}

// Sampled dynamics: the states after the whole steps nearest to `times`. A given start has the random streams of
// trajectory 0.
std::vector<Series> sgd_series(const MixtureSetup& setup, const Configuration& options, double dimension,
                               const std::vector<std::int64_t>& ids, const std::vector<OrderParameters<double>>& starts,
                               const std::vector<double>& times, const Backend& backend) {
    std::vector<std::uint64_t> steps;
    for (const double time : times) {
        if (time / setup.settings().sampled.learning_rate > 1e9)
            options.refuse("times", "is more than 1e9 steps away (allowed: earlier times, or a larger learning rate)");
        steps.push_back(steps_to(time, setup.settings().sampled.learning_rate));
    }
    const SgdPayload payload = setup.sgd_for_dimension(dimension);
    std::vector<Series> all;
    as_far_as_possible(starts.size(), [&](std::size_t i) {
        const std::uint64_t id = ids[i] < 0 ? 0 : static_cast<std::uint64_t>(ids[i]);
        const SgdSeries sampled = run_sgd_series(setup, dimension, options.seed(), id, &starts[i], steps, backend);
        Series series{ids[i], starts[i], sampled.outcome, *setup.settings().horizon, sampled.states, {}, {}};
        for (const std::uint64_t step : steps) series.betas.push_back(beta_at_step(payload, step));
        for (const OrderParameters<double>& y : sampled.states) series.weights.push_back(y.weight);
        all.push_back(std::move(series));
    });
    return all;
}

Dataset dataset_of(const std::vector<Series>& all, const std::vector<double>& times) {
    std::vector<std::int64_t> ids;
    std::vector<std::int8_t> outcomes;
    std::vector<double> m1, m2, s, w1, beta, decided;
    for (const Series& series : all) {
        ids.push_back(series.id);
        outcomes.push_back(static_cast<std::int8_t>(series.outcome));
        decided.push_back(series.decided_at);
        for (const auto& y : series.states) m1.push_back(y.m1), m2.push_back(y.m2), s.push_back(1.0 - y.u);
        w1.insert(w1.end(), series.weights.begin(), series.weights.end());
        beta.insert(beta.end(), series.betas.begin(), series.betas.end());
    }
    std::string meanings;
    std::vector<std::int8_t> values;
    for (int i = 0; i < outcome_count; ++i)
        meanings += (i ? " " : "") + std::string(outcome_names[i]), values.push_back(static_cast<std::int8_t>(i));
    const std::vector<std::string> table = {"trajectory", "time"};
    Dataset dataset;
    dataset.dimensions = {{"trajectory", all.size()}, {"time", times.size()}};
    dataset.variables = {
        {"trajectory", {"trajectory"}, ids, {{"units", "1"}, {"long_name", "id of the trajectory; -1: a given start"}}},
        {"time", {"time"}, times, {{"units", "1"}, {"long_name", "dimensionless time of the gradient flow"}}},
        {"m1", table, m1, {{"units", "1"}, {"long_name", "alignment of the first mean with the mode at +mu*"}}},
        {"m2", table, m2, {{"units", "1"}, {"long_name", "alignment of the second mean"}}},
        {"s", table, s, {{"units", "1"}, {"long_name", "overlap of the two means"}}},
        {"w1", table, w1, {{"units", "1"}, {"long_name", "weight of the first component"}}},
        {"beta", table, beta, {{"units", "1"}, {"long_name", "inverse temperature of the target"}}},
        {"outcome",
         {"trajectory"},
         outcomes,
         {{"units", "1"}, {"long_name", "outcome"}, {"flag_values", values}, {"flag_meanings", meanings}}},
        {"decided_at",
         {"trajectory"},
         decided,
         {{"units", "1"}, {"long_name", "time at which the outcome became certain"}}}};
    return dataset;
}

}  // namespace

Report run_trajectory(const Configuration& options) {
    if (is_realnvp(options)) return run_realnvp_trajectory(options);
    Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const double dimension = options.number("dimension");
    std::vector<double> times = options.numbers("times");
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());

    std::vector<std::int64_t> ids;
    std::vector<OrderParameters<double>> starts;
    if (options.has("start")) {
        starts = given_start(options, problem);
        ids = {-1};
    } else {
        ids = options.has("id") ? options.integers("id") : std::vector<std::int64_t>{0};
        const InitialLaw<double, Random123Words> law(Random123Words{}, options.seed(), dimension);
        for (const std::int64_t id : ids) {
            const auto trajectory = static_cast<std::uint64_t>(id);
            starts.push_back(law(&trajectory));
            starts.back().weight = start_coordinate(problem);
        }
    }
    constexpr double bytes_of_a_time = 1200.0;  // with its lines in a table
    require_memory(fmt::format("trajectory with {} trajectories at {} times", ids.size(), times.size()),
                   bytes_of_a_time * static_cast<double>(ids.size()) * static_cast<double>(times.size()));
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Order parameters over time");
    const MixtureSetup setup(problem, settings);
    const std::vector<Series> all = setup.is_sgd()
                                        ? sgd_series(setup, options, dimension, ids, starts, times, backend)
                                        : gradient_flow_series(setup, dimension, ids, starts, times, backend);
    if (all.size() < starts.size())
        report.partial = fmt::format("the first {} of {} trajectories", all.size(), starts.size());
    report.record.finished = utc_now();

    report.json["trajectories"] = nlohmann::ordered_json::array();
    report.csv.columns = {"id", "t", "m1", "m2", "s", "w1", "beta", "outcome"};
    Table table{{"id", "t", "m1", "m2", "s", "w1", "beta"}, {}}, fates{{"id", "outcome", "decided at t"}, {}};
    for (const Series& series : all) {
        nlohmann::ordered_json object = {
            {"id", series.id < 0 ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(series.id)},
            {"outcome", outcome_names[static_cast<int>(series.outcome)]},
            {"decided_at", series.decided_at},
            {"t", times}};
        for (const char* name : {"m1", "m2", "s", "w1", "beta"}) object[name] = nlohmann::ordered_json::array();
        const std::string id = series.id < 0 ? "start" : fmt::format("{}", series.id);
        for (std::size_t k = 0; k < times.size(); ++k) {
            const OrderParameters<double>& y = series.states[k];
            const double s = 1.0 - y.u;
            object["m1"].push_back(y.m1);
            object["m2"].push_back(y.m2);
            object["s"].push_back(s);
            object["w1"].push_back(series.weights[k]);
            object["beta"].push_back(series.betas[k]);
            report.csv.rows.push_back({id, cell_text(times[k]), cell_text(y.m1), cell_text(y.m2), cell_text(s),
                                       cell_text(series.weights[k]), cell_text(series.betas[k]),
                                       outcome_names[static_cast<int>(series.outcome)]});
            table.rows.push_back({id, fmt::format("{:g}", times[k]), fmt::format("{:.6f}", y.m1),
                                  fmt::format("{:.6f}", y.m2), fmt::format("{:.6f}", s),
                                  fmt::format("{:.4f}", series.weights[k]), fmt::format("{:.4f}", series.betas[k])});
        }
        report.json["trajectories"].push_back(std::move(object));
        fates.rows.push_back(
            {id, outcome_names[static_cast<int>(series.outcome)], fmt::format("{:.3f}", series.decided_at)});
    }
    if (options.has("start") && !setup.is_sgd())
        report.json["seed"] = nullptr;
    else
        report.json["seed"] = options.seed();
    report.json["radius"] = problem.radius;
    report.json["dimension"] = options.integer("dimension");
    add_physics(report.json, problem, settings);
    add_provenance(report.json, options, report.record);
    report.text = fmt::format("{}, d = {:.0f}\n\n", describe(problem, settings, true), dimension) +
                  to_aligned_text(table) + "\n" + to_aligned_text(fates);
    report.dataset = dataset_of(all, times);
    return report;
}

}  // namespace modecollapse
