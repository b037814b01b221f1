// Problems and ensembles of sampled dynamics that several tests start from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/mixture/ensemble.hpp"

namespace modecollapse::support {

struct SgdCase {
    Estimator estimator = Estimator::pathwise;
    Baseline baseline = Baseline::none;
    WeightGeometry geometry = WeightGeometry::fixed;
    double beta = 1.0;
};

inline std::string name_of(const SgdCase& c) {
    return std::string(estimator_names[static_cast<int>(c.estimator)]) + " " +
           baseline_names[static_cast<int>(c.baseline)] + " " + weight_geometry_names[static_cast<int>(c.geometry)] +
           (c.beta == 1.0 ? "" : " tempered");
}

// Every SgdProgram, kind of weights and baseline.
inline std::vector<SgdCase> one_case_of_each_kind() {
    return {
        {Estimator::pathwise, Baseline::none, WeightGeometry::fixed, 1.0},
        {Estimator::pathwise, Baseline::none, WeightGeometry::softmax, 0.5},
        {Estimator::reparameterized, Baseline::none, WeightGeometry::simplex, 0.5},
        {Estimator::score, Baseline::none, WeightGeometry::fixed, 1.0},
        {Estimator::score, Baseline::leave_one_out, WeightGeometry::fisher_rao, 1.0},
    };
}

// R = 1.5, w* = 2/3; fixed weights 2/3, trainable ones start at 0.4.
inline SgdPayload sgd_payload_of(const SgdCase& c, double dimension, std::uint64_t batch, std::uint64_t steps,
                                 double learning_rate) {
    SgdPayload p = {};
    p.radius = 1.5;
    p.target_weight = 2.0 / 3.0;
    p.weight1 = 2.0 / 3.0;
    p.geometry = c.geometry;
    p.estimator = c.estimator;
    p.baseline = c.baseline;
    p.dimension = dimension;
    p.batch = batch;
    p.steps = steps;
    p.learning_rate = learning_rate;
    p.beta = c.beta;
    p.rule = {default_alignment_threshold, default_weight_floor};
    p.start_weight = c.geometry == WeightGeometry::fixed ? 0.0 : weight_coordinate(c.geometry, 0.4);
    p.quasi_threshold = 0.2 * static_cast<double>(steps) * learning_rate;
    return p;
}

// Final records, each (count).
struct SgdEnsemble {
    OutcomeCounts counts = {};
    std::vector<std::uint8_t> outcome;
    std::vector<double> m1, m2, u, weight, aligned;
};

// start: null for the initial law, else the start of all of them. In calls of at most `chunk` trajectories.
inline SgdEnsemble run_sgd(const SgdPayload& problem, SgdSampler sampler, std::uint64_t seed, std::uint64_t count,
                           const OrderParameters<double>* start = nullptr,
                           const CpuOptions& options = {1, best_cpu_isa()}, std::uint64_t chunk = ~0ull,
                           std::uint64_t first = 0) {
    SgdEnsemble e;
    e.outcome.resize(count);
    for (std::vector<double>* values : {&e.m1, &e.m2, &e.u, &e.weight, &e.aligned}) values->resize(count);
    const std::vector<OrderParameters<double>> starts(start ? count : 0, start ? *start : OrderParameters<double>{});
    for (std::uint64_t done = 0; done < count;) {
        const std::uint64_t part = std::min(chunk, count - done);
        const EndRecord record = {
            e.outcome.data() + done, e.m1.data() + done,     e.m2.data() + done, e.u.data() + done, nullptr,
            e.weight.data() + done,  e.aligned.data() + done};
        e.counts += run_sgd_on_cpu(
            {&problem, sampler, seed, first + done, part, start ? starts.data() + done : nullptr, record, {}}, options);
        done += part;
    }
    return e;
}

// A state that exists at dimension d: at d = 2 the three vectors lie in a plane.
inline OrderParameters<double> state_at(double dimension, double weight) {
    if (dimension < 2.5) return {std::cos(0.9), std::cos(2.1), 1.0 - std::cos(1.2), weight};
    return {0.4, -0.2, 0.9, weight};
}

}  // namespace modecollapse::support
