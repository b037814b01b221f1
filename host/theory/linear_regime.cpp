#include "host/theory/linear_regime.hpp"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "host/theory/dual_number.hpp"

namespace modecollapse {
namespace {

using DualState = OrderParameters<DualNumber>;

constexpr double tolerance = 1e-10;  // relative error allowed a step, of y0 and of M
constexpr double centre_floor = 1e-6;
constexpr int maximum_steps = 100000;

OrderParameters<double> value_of(const DualState& y) { return {y.m1.value, y.m2.value, y.u.value, 0.0}; }

// Largest error of a step: of y0 relative to max(|y0|, floor), of M relative to its largest entry.
double error_ratio(const StepAttempt<DualNumber>& step) {
    const DualNumber* const state[3] = {&step.state.m1, &step.state.m2, &step.state.u};
    const DualNumber* const error[3] = {&step.error.m1, &step.error.m2, &step.error.u};
    double largest = 0.0, largest_error = 0.0, ratio = 0.0;
    for (int i = 0; i < 3; ++i) {
        ratio = std::fmax(ratio, std::fabs(error[i]->value) / std::fmax(std::fabs(state[i]->value), centre_floor));
        for (int j = 0; j < 2; ++j) {
            largest = std::fmax(largest, std::fabs(state[i]->derivative[j]));
            largest_error = std::fmax(largest_error, std::fabs(error[i]->derivative[j]));
        }
    }
    return std::fmax(ratio, largest_error / largest) / tolerance;
}

LinearizedState linearized(double time, const DualState& y) {
    return {time,
            value_of(y),
            {{y.m1.derivative[0], y.m1.derivative[1]},
             {y.m2.derivative[0], y.m2.derivative[1]},
             {y.u.derivative[0], y.u.derivative[1]}}};
}

}  // namespace

double response_norm(const LinearizedState& state) {
    double sum = 0.0;
    for (const auto& row : state.response)
        for (const double x : row) sum += x * x;
    return std::sqrt(sum);
}

LinearRegime::LinearRegime(const GradientFlowPayload& problem, double u0, double largest_response) {
    double time = problem.start_time, step = 1e-3, size = 0.0;
    const auto field = [&](const DualState& y, double node) {
        return problem.flow(y, DualNumber(beta_at(problem, time + node * size)));
    };
    DualState y = {DualNumber(0.0, 1.0, 0.0), DualNumber(0.0, 0.0, 1.0), DualNumber(u0), DualNumber(0.0)};
    DualState rate = field(y, 0.0);
    states_.push_back(linearized(time, y));
    for (int steps = 0; response_norm(states_.back()) < largest_response && time < problem.end_time; ++steps) {
        if (steps == maximum_steps) throw std::runtime_error("the linear regime used up its integration steps");
        if (time >= problem.annealing_end && problem.traps(value_of(y)) != TrappingSet::none) return;
        const double leg_end =
            time < problem.annealing_end ? std::fmin(problem.annealing_end, problem.end_time) : problem.end_time;
        size = std::fmin(step, leg_end - time);
        const auto attempt = attempt_step(field, y, rate, DualNumber(size));
        const double ratio = error_ratio(attempt);
        if (ratio <= 1.0) {
            y = attempt.state;
            time = size < step ? leg_end : time + size;
            rate = time == problem.annealing_end ? field(y, 0.0) : attempt.rate;  // beta becomes 1 exactly
            states_.push_back(linearized(time, y));
        }
        step = size * (ratio < 1e20 ? std::clamp(0.9 * std::pow(std::fmax(ratio, 1e-8), -0.2), 0.2, 5.0) : 0.2);
    }
}

const LinearizedState& LinearRegime::last_below(double response) const {
    const LinearizedState* best = &states_.front();
    for (const LinearizedState& state : states_) {
        if (response_norm(state) > response) break;
        best = &state;
    }
    return *best;
}

Stretching LinearRegime::stretching() const {
    const auto& m = states_.back().response;
    Eigen::Matrix2d block;
    block << m[0][0], m[0][1], m[1][0], m[1][1];
    const Eigen::JacobiSVD<Eigen::Matrix2d> svd(block, Eigen::ComputeFullV);
    return {svd.singularValues()[1] / svd.singularValues()[0], {svd.matrixV()(0, 1), svd.matrixV()(1, 1)}};
}

}  // namespace modecollapse
