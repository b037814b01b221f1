#include "host/mixture/series.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "host/run/watch.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse {
namespace {

std::string too_far(double time, double steps, double end) {
    std::ostringstream text;  // six digits, as users are told numbers
    text << "--times " << time << " is further than --maximum-steps " << steps << " lead, which end at t = " << end
         << " (allowed: earlier times)";
    return text.str();
}

// Follows the same steps as the ensemble does, and reads the states and betas at `times` (ascending) off the continuous
// extension.
template <class Real, FieldProgram kind>
void follow(GradientFlowPayload problem, const std::vector<double>& times, TrajectorySeries& series) {
    problem.traps.box_count = problem.traps.ellipsoid_count = 0;  // the curve goes on where the outcome is long certain
    problem.end_time = std::max(problem.end_time, times.back() + 1.0);
    const OrderParameters<double>& start = series.start;
    const TrajectoryStepper<Real, kind> stepper(problem);
    Trajectory<Real> trajectory = stepper.start({Real(start.m1), Real(start.m2), Real(start.u), Real(start.weight)});
    std::vector<OrderParameters<double>>& states = series.states;
    while (states.size() < times.size() && times[states.size()] <= 0.0) {
        states.push_back(start);
        series.betas.push_back(static_cast<double>(stepper.beta_at(trajectory, Real(0.0))));
    }
    StopCheck stop(give_up_request());
    while (states.size() < times.size()) {
        if (stop(1)) throw Interrupted{};
        const Trajectory<Real> before = trajectory;
        const Advance<Real> advance = stepper.advance(trajectory);
        while (advance.accepted && states.size() < times.size() &&
               times[states.size()] <= static_cast<double>(trajectory.time)) {
            const Real fraction = (Real(times[states.size()]) - before.time) / advance.size;
            const OrderParameters<Real> y = stepper.within(before, advance, fraction);
            states.push_back({static_cast<double>(y.m1), static_cast<double>(y.m2), static_cast<double>(y.u),
                              static_cast<double>(y.weight)});
            series.betas.push_back(static_cast<double>(stepper.beta_at(before, Real(times[series.betas.size()]))));
        }
        if (advance.end != Real(TrappingSet::none) && states.size() < times.size())
            throw std::domain_error(
                too_far(times.back(), problem.integrator.maximum_steps, static_cast<double>(trajectory.time)));
    }
}

void follow(const GradientFlowPayload& problem, Precision precision, const std::vector<double>& times,
            TrajectorySeries& series) {
    const bool single = precision == Precision::single_precision;
    if (kind_of(problem) == FieldProgram::lean)
        single ? follow<float, FieldProgram::lean>(problem, times, series)
               : follow<double, FieldProgram::lean>(problem, times, series);
    else
        single ? follow<float, FieldProgram::general>(problem, times, series)
               : follow<double, FieldProgram::general>(problem, times, series);
}

std::vector<TrajectorySeries> gradient_flow_series(const MixtureSetup& setup, const TrajectoryRequest& request,
                                                   const Backend& backend) {
    const GradientFlowPayload payload = setup.for_dimension(request.dimension);
    const std::vector<OrderParameters<double>>& starts = request.starts;
    const std::size_t n = starts.size();
    std::vector<std::uint8_t> outcomes(n);
    std::vector<double> decided(n);
    run_from_starts(setup, request.dimension, starts.data(), n,
                    {outcomes.data(), nullptr, nullptr, nullptr, decided.data()}, backend);
    std::vector<TrajectorySeries> all;
    as_far_as_possible(n, [&](std::size_t i) {
        TrajectorySeries series{request.ids[i], starts[i], static_cast<Outcome>(outcomes[i]), decided[i], {}, {}, {}};
        follow(payload, setup.precision(), request.times, series);
        for (const OrderParameters<double>& y : series.states) series.weights.push_back(weight1_of(payload, y));
        all.push_back(std::move(series));
    });
    return all;
}

std::vector<TrajectorySeries> sgd_series(const MixtureSetup& setup, const TrajectoryRequest& request,
                                         const Backend& backend) {
    std::vector<std::uint64_t> steps;
    for (const double time : request.times) steps.push_back(steps_to(time, setup.settings().sampled.learning_rate));
    const SgdPayload payload = setup.sgd_for_dimension(request.dimension);
    std::vector<TrajectorySeries> all;
    as_far_as_possible(request.starts.size(), [&](std::size_t i) {
        const std::uint64_t id = request.ids[i] < 0 ? 0 : static_cast<std::uint64_t>(request.ids[i]);
        const OrderParameters<double>& start = request.starts[i];
        const SgdSeries run = run_sgd_series(setup, request.dimension, request.seed, id, &start, steps, backend);
        TrajectorySeries series{request.ids[i], start, run.outcome, *setup.settings().horizon, run.states, {}, {}};
        for (const std::uint64_t step : steps) series.betas.push_back(beta_at_step(payload, step));
        for (const OrderParameters<double>& y : run.states) series.weights.push_back(y.weight);
        all.push_back(std::move(series));
    });
    return all;
}

}  // namespace

std::vector<OrderParameters<double>> drawn_starts(const Problem& problem, double dimension, std::uint64_t seed,
                                                  const std::vector<std::int64_t>& ids) {
    const InitialLaw<double, Random123Words> law(Random123Words{}, seed, dimension);
    std::vector<OrderParameters<double>> starts;
    for (const std::int64_t id : ids) {
        const auto trajectory = static_cast<std::uint64_t>(id);
        starts.push_back(law(&trajectory));
        starts.back().weight = start_coordinate(problem);
    }
    return starts;
}

std::vector<TrajectorySeries> trajectory_series(const MixtureSetup& setup, const TrajectoryRequest& request,
                                                const Backend& backend) {
    return setup.is_sgd() ? sgd_series(setup, request, backend) : gradient_flow_series(setup, request, backend);
}

}  // namespace modecollapse
