// Steps of an optimizer on all parameters of a member, on one CPU thread: what every trained family does between two gradients. By a
// CUDA block: block_descent.hpp.
#pragma once

#include "kernels/training/panel_layers.hpp"
#include "kernels/training/train_steps.hpp"
#include "modecollapse/training/optimizer.hpp"

namespace modecollapse {

template <class Row>
double sum_of_lanes(const Row& x) {
    using T = ScalarOf<Row>;
    constexpr int lanes = NumberTraits<Row>::lanes;
    T lane[lanes];
    store(x, lane);
    double sum = 0.0;
    for (int l = 0; l < lanes; ++l) sum += static_cast<double>(lane[l]);
    return sum;
}

// Step `step` of `steps`. False if the gradient or a new parameter is not finite.
template <class Number>
[[gnu::noinline]] bool descend(const OptimizerSettings& settings, std::uint64_t step, std::uint64_t steps,
                               const DescentArrays<ScalarOf<Number>>& m) {
    using Row = typename PanelRow<Number>::Type;
    constexpr int lanes = panel_lanes<ScalarOf<Number>>;
    Row squares = Row(0.0);
    for (std::uint64_t i = 0; i < m.count; i += lanes) {
        const Row g = load<Row>(m.gradient + i);
        squares = fma(g, g, squares);
    }
    const double squared_norm = sum_of_lanes(squares);
    if (!(squared_norm - squared_norm == 0.0)) return false;
    const DescentStep descent(settings, step, steps, clip_factor(settings, squared_norm));
    Row defect = Row(0.0);
    for (std::uint64_t i = 0; i < m.count; i += lanes) {
        Row first = load<Row>(m.first_moment + i), second = load<Row>(m.second_moment + i);
        const Row p = descent(load<Row>(m.parameters + i), load<Row>(m.gradient + i), first, second);
        defect = defect + (p - p);
        store(p, m.parameters + i);
        store(first, m.first_moment + i);
        store(second, m.second_moment + i);
    }
    return sum_of_lanes(defect) == 0.0;
}

// By the name that the text of a member calls, whoever works on it.
template <class Number>
bool descend(const PanelLayers<Number>&, const OptimizerSettings& settings, std::uint64_t step, std::uint64_t steps,
             const DescentArrays<ScalarOf<Number>>& m) {
    return descend<Number>(settings, step, steps, m);
}

}  // namespace modecollapse
