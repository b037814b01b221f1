// Small ensembles of K components, by name: every dynamics, every kind of weights, expectations of rank 0 to 3.
#pragma once

#include "tests/support/components_problems.hpp"

namespace modecollapse::support {

struct ComponentsCase {
    const char* name;
    ComponentsRequest request;
};

inline std::vector<ComponentsCase> components_cases() {
    using components::Dynamics;
    using components::Layout;
    using components::Weights;
    std::vector<ComponentsCase> result;
    const auto add = [&](const char* name, int k, Layout layout, int modes, Dynamics dynamics, Weights weights,
                         Schedule schedule) {
        ComponentsRequest request = short_request(k, layout, modes, dynamics, weights, 20.0, 3.0, 0.5);
        request.problem.annealing = {schedule, 3.0, 0.5};
        result.push_back({name, request});
    };
    add("flow, antipodal", 2, Layout::antipodal, 2, Dynamics::flow, Weights::fixed, Schedule::none);
    add("flow, simplex", 3, Layout::simplex, 3, Dynamics::flow, Weights::softmax, Schedule::linear);
    add("flow, grid", 2, Layout::grid, 4, Dynamics::flow, Weights::fisher_rao, Schedule::none);
    add("flow, rank 3", 4, Layout::line, 2, Dynamics::flow, Weights::fixed, Schedule::none);
    add("flow, one", 1, Layout::ring, 3, Dynamics::flow, Weights::fixed, Schedule::none);
    add("sgd", 3, Layout::simplex, 3, Dynamics::sgd, Weights::fixed, Schedule::none);
    add("sgd, tempered", 2, Layout::ring, 3, Dynamics::sgd, Weights::softmax, Schedule::exponential_temperature);
    add("sgd-full", 3, Layout::line, 3, Dynamics::sgd_full, Weights::fisher_rao, Schedule::geometric);
    return result;
}

}  // namespace modecollapse::support
