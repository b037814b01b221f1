// What the parity tests share: one run of an ensemble with its final records, the comparison of two, and the reason to
// skip.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/mixture/setup.hpp"

namespace modecollapse {

// Why no CUDA test can run here; empty if one can.
inline std::string reason_to_skip() {
    if (cuda_device_count() > 0) return "";
    try {
        cuda_device(0);
    } catch (const std::runtime_error& error) {
        return std::string("no CUDA device: ") + error.what();
    }
    return "no CUDA device: the count is 0";
}

// How many trajectories a comparison takes: fewer on a device made of the CPU (tests/cuda_on_cpu).
#ifndef MODECOLLAPSE_PARITY_DIVISOR
#define MODECOLLAPSE_PARITY_DIVISOR 1
#endif
constexpr std::uint64_t share_of(std::uint64_t count) { return count / MODECOLLAPSE_PARITY_DIVISOR; }

// Final records of an ensemble: outcome, state and time, each (count).
struct GradientFlowRun {
    explicit GradientFlowRun(std::uint64_t count) : outcome(count), m1(count), m2(count), u(count), time(count) {}
    EndRecord record() { return {outcome.data(), m1.data(), m2.data(), u.data(), time.data()}; }

    std::vector<std::uint8_t> outcome;
    std::vector<double> m1, m2, u, time;
    OutcomeCounts counts = {};
};

inline GradientFlowRun run_on_cpu(TrajectoryTask task) {
    GradientFlowRun run(task.count);
    task.record = run.record();
    run.counts = run_trajectories_on_cpu(task, {2, best_cpu_isa()});
    return run;
}

inline GradientFlowRun run_on_cuda(TrajectoryTask task) {
    GradientFlowRun run(task.count);
    task.record = run.record();
    run.counts = run_trajectories_on_cuda(task, {0});
    return run;
}

struct GradientFlowDifference {
    std::int64_t flips = 0;  // trajectories with different outcomes
    double largest = 0.0;    // relative difference of m1, m2, u or the end time, over all trajectories
};

inline GradientFlowDifference difference_of(const GradientFlowRun& a, const GradientFlowRun& b) {
    GradientFlowDifference result;
    const auto compare = [&](double x, double y) {
        if (x == y || (std::isnan(x) && std::isnan(y))) return;
        const double relative = std::fabs(x - y) / std::max(std::fabs(x), std::fabs(y));
        result.largest =
            std::isnan(relative) ? std::numeric_limits<double>::infinity() : std::max(result.largest, relative);
    };
    for (std::size_t i = 0; i < a.outcome.size(); ++i) {
        if (a.outcome[i] != b.outcome[i]) ++result.flips;
        compare(a.m1[i], b.m1[i]);
        compare(a.m2[i], b.m2[i]);
        compare(a.u[i], b.u[i]);
        compare(a.time[i], b.time[i]);
    }
    return result;
}

inline OutcomeCounts sum_of(OutcomeCounts a, const OutcomeCounts& b) {
    for (int i = 0; i < outcome_count; ++i) a.count[i] += b.count[i];
    a.attempts += b.attempts;
    return a;
}

inline bool same_counts(const OutcomeCounts& a, const OutcomeCounts& b) {
    return std::equal(a.count, a.count + outcome_count, b.count) && a.attempts == b.attempts;
}

// R = 1.5, w1 = w* = 2/3: both kinds of alignment and both matched classes occur at moderate d.
inline MixtureSetup parity_setup(std::optional<double> horizon, Precision precision = Precision::double_precision) {
    Problem problem;
    problem.radius = 1.5;
    problem.target_weight = problem.weight = 2.0 / 3.0;
    MixtureSettings settings;
    settings.horizon = horizon;
    settings.precision = precision;
    if (precision == Precision::single_precision) settings.tolerance = smallest_single_tolerance;
    return MixtureSetup(problem, settings);
}

// What the program for everything else than fixed weights without a schedule has to get right: every geometry, a
// schedule, the adaptive one. R = 2.5: on the simplex most trajectories take linearly implicit steps.
inline std::vector<MixtureSetup> general_setups() {
    Problem problem;
    problem.radius = 2.5;
    problem.target_weight = 2.0 / 3.0;
    std::vector<MixtureSetup> setups;
    for (const WeightGeometry geometry :
         {WeightGeometry::softmax, WeightGeometry::simplex, WeightGeometry::fisher_rao}) {
        problem.weights = geometry;
        setups.emplace_back(problem, MixtureSettings{});
    }
    problem.weights = WeightGeometry::fixed;
    for (const Schedule schedule : {Schedule::exponential_temperature, Schedule::adaptive}) {
        problem.annealing = {schedule, 10.0, 5.0, 0.5};
        setups.emplace_back(problem, MixtureSettings{});
    }
    return setups;
}

// Trajectories first .. first + count - 1 of a seed, without records.
inline TrajectoryTask task_of(const MixtureSetup& setup, const GradientFlowPayload& problem, double dimension,
                              std::uint64_t seed, std::uint64_t first, std::uint64_t count) {
    return {&problem, setup.precision(), seed, dimension, first, count, nullptr, {}};
}

// The same problem with the target's pull 1 % too strong: the deliberately wrong twin of a comparison.
inline GradientFlowPayload with_wrong_drift(GradientFlowPayload problem) {
    problem.beta *= 1.01;
    return problem;
}

// A grid of admissible starts at s = 0 that does not repeat within `count`: m1 and m2 run through (-0.7, 0.7) with
// different periods.
inline std::vector<OrderParameters<double>> grid_of_starts(std::uint64_t count) {
    std::vector<OrderParameters<double>> starts(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const double m1 = 0.7 * (2.0 * static_cast<double>(i % 1009) / 1009.0 - 1.0);
        const double m2 = 0.7 * (2.0 * static_cast<double>(i % 2003) / 2003.0 - 1.0);
        starts[i] = {m1, m2, 1.0, 0.0};
    }
    return starts;
}

}  // namespace modecollapse
