// The arrays that a payload of K components points to, and how long they are: for whoever needs them in another memory.
#pragma once

#include "modecollapse/components/problem.hpp"

namespace modecollapse::components {

// f(pointer, numbers), array by array. f may change the pointer.
template <class Function>
void each_array(Payload& problem, const Function& f) {
    const auto size = [](int rows, int columns) {
        return static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(columns);
    };
    const int k = problem.components, modes = problem.modes;
    const TargetTable& table = problem.table;
    f(problem.mode, size(modes, problem.span));
    f(problem.gram, size(modes, modes));
    f(problem.difference, size(modes, problem.rank));
    f(problem.log_target, size(modes, 1));
    f(problem.log_weight, size(k, 1));
    f(problem.near, size(modes, 1));
    f(problem.own.node, size(problem.own.count, trains_variances(problem) ? k + 1 : k - 1));
    f(problem.target.node, size(problem.target.count, problem.rank));
    f(problem.table.value, size(table.count[0] * table.count[1], table.functions));
}

}  // namespace modecollapse::components
