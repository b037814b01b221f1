// Problems of K components for tests, and states of given means.
#pragma once

#include <random>
#include <vector>

#include "host/components/setup.hpp"
#include "kernels/components/ensemble.hpp"
#include "modecollapse/components/field.hpp"

namespace modecollapse::support {

using ComponentsRequest = components::Request;
using ComponentsSetup = components::Setup;
using Points = std::vector<std::vector<double>>;  // (count, d)

inline ComponentsRequest components_request(int count, components::Layout layout, int modes, double radius) {
    ComponentsRequest request;
    request.modes = components::coordinates_of({layout, modes, radius, 3.0, 0.0});
    request.problem.components = count;
    const bool equal = layout != components::Layout::line && layout != components::Layout::grid;
    request.problem.radii = equal ? components::Radii::fixed : components::Radii::free;
    request.problem.start_radius = equal ? radius : 0.0;
    return request;
}

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t c = 0; c < a.size() && c < b.size(); ++c) sum += a[c] * b[c];
    return sum;
}

// A state in memory of its own.
struct ComponentsState {
    std::vector<double> numbers;
    components::State<double> view;

    explicit ComponentsState(const components::Payload& problem)
        : numbers(static_cast<std::size_t>(size_of_state(problem))), view(state_in(problem, numbers.data())) {}
    ComponentsState(const ComponentsState& other) : numbers(other.numbers), view(other.view) {
        view.value = numbers.data();
    }
    ComponentsState& operator=(const ComponentsState&) = delete;
};

inline ComponentsState state_of(const components::Setup& setup, const Points& means, const Points& modes,
                                const std::vector<double>& log_weights, const std::vector<double>& log_variances = {}) {
    ComponentsState y(setup.problem());
    for (int i = 0; i < setup.problem().components; ++i) {
        const auto at = static_cast<std::size_t>(i);
        for (int j = 0; j <= i; ++j) y.view.q(i, j) = dot(means[at], means[static_cast<std::size_t>(j)]);
        for (int k = 0; k < setup.problem().modes; ++k)
            y.view.m(i, k) = dot(means[at], modes[static_cast<std::size_t>(k)]);
        y.view.log_weight(i) = log_weights[at];
    }
    for (int i = 0; i < y.view.variances; ++i) y.view.log_variance(i) = log_variances[static_cast<std::size_t>(i)];
    return y;
}

inline Points random_points(int count, int dimension, double scale, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal(0.0, scale);
    Points points(static_cast<std::size_t>(count), std::vector<double>(static_cast<std::size_t>(dimension)));
    for (auto& point : points)
        for (double& x : point) x = normal(generator);
    return points;
}

class FieldOf {
public:
    explicit FieldOf(const components::Setup& setup)
        : memory_(components::Field<double>::words(setup.problem())), field_(setup.problem(), memory_.data()) {}
    components::Field<double>& operator*() { return field_; }
    components::Field<double>* operator->() { return &field_; }

private:
    std::vector<double> memory_;
    components::Field<double> field_;
};

// The field's rates at a state, with the expectations that it took.
struct RatesAt {
    RatesAt(const components::Setup& setup, const ComponentsState& y, double beta)
        : field(setup), rate(setup.problem()) {
        (*field)(y.view, beta, rate.view);
    }
    FieldOf field;
    ComponentsState rate;
};

// Members of an ensemble at their ends.
struct ComponentsEnds {
    std::vector<double> state;  // (count, size of a state)
    std::vector<components::Status> status;
    std::vector<std::uint32_t> attempts;
    std::vector<components::Ending> ending;
    std::vector<components::Quantities> quantities;
};

// run(task, ends): a backend. starts: (count, size of a state), or null.
template <class Run>
ComponentsEnds run_components_by(const Run& run, const components::Setup& setup, std::uint64_t seed,
                                 std::uint64_t first, std::uint64_t count, const double* starts, int threads) {
    ComponentsEnds ends;
    ends.state.resize(count * static_cast<std::uint64_t>(size_of_state(setup.problem())));
    ends.status.resize(count);
    ends.attempts.resize(count);
    ends.ending.resize(count);
    ends.quantities.resize(count);
    const components::Task task = {&setup.problem(), seed, first, count, starts};
    const components::Ends places = {ends.state.data(), ends.status.data(), ends.attempts.data()};
    run(task, places);
    components::read_ends(task, places, ends.ending.data(), ends.quantities.data(), threads);
    return ends;
}

inline ComponentsEnds run_components(const components::Setup& setup, std::uint64_t seed, std::uint64_t first,
                                     std::uint64_t count, const CpuOptions& options, const double* starts = nullptr) {
    const auto run = [&](const components::Task& task, const components::Ends& ends) {
        components::run_to_ends_on_cpu(task, ends, options);
    };
    return run_components_by(run, setup, seed, first, count, starts, options.threads);
}

// Of small steps and few samples, before a simplex or other modes of radius 1.8; a flow or SGD of these horizons.
inline ComponentsRequest short_request(int k, components::Layout layout, int modes, components::Dynamics dynamics,
                                       components::Weights weights, double dimension, double flow, double sgd) {
    ComponentsRequest request = components_request(k, layout, modes, 1.8);
    request.problem.dynamics = dynamics;
    request.problem.weights = weights;
    request.problem.dimension = dimension;
    request.problem.horizon = dynamics == components::Dynamics::flow ? flow : sgd;
    request.problem.batch = 3;
    request.problem.learning_rate = 0.05;
    request.expectation_error = 1e-2;
    return request;
}

}  // namespace modecollapse::support
