// The loop of a training over its steps, the same on every backend: a gradient, then the optimizer's move.
#pragma once

#include <cstdint>

#include "modecollapse/numbers/platform.hpp"

namespace modecollapse {

// Of one member: (count) each, padded with zeros to whole panels.
template <class T>
struct DescentArrays {
    T *parameters, *first_moment, *second_moment;
    const T* gradient;
    std::uint64_t count;  // padding included
};

// Steps first .. first + count - 1, until one is not finite or the run is given up. gradient(step) -> Answer; move(step) -> is
// it finite?
template <class Answer, class Gradient, class Move>
MC_HOST_DEVICE Answer train_steps(std::uint64_t first, std::uint64_t count, const Gradient& gradient,
                                  const Move& move) {
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
