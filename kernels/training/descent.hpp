// Steps of an optimizer on all parameters of a member, on one CPU thread: what every trained family does between two gradients.
#pragma once

#include "kernels/lanes/panel_products.hpp"
#include "modecollapse/training/optimizer.hpp"

namespace modecollapse {

// Of one member: (count) each, padded with zeros to whole panels.
template <class T>
struct DescentArrays {
    T *parameters, *first_moment, *second_moment;
    const T* gradient;
    std::uint64_t count;  // padding included
};

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

// Steps first .. first + count - 1, until one is not finite or the run is given up. gradient(step) -> Answer; move(step) -> is
// it finite?
template <class Answer, class Gradient, class Move>
Answer train_steps(std::uint64_t first, std::uint64_t count, const Gradient& gradient, const Move& move) {
    Answer answer = {0, true, 0.0};
    for (; answer.steps < count; ++answer.steps) {
        const std::uint64_t step = first + answer.steps;
        const Answer state = gradient(step);
        answer.given_up = state.given_up;
        if (answer.given_up) break;
        answer.loss = state.loss;
        answer.finite = state.finite && move(step);
        if (!answer.finite) break;
    }
    return answer;
}

}  // namespace modecollapse
