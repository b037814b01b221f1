// What a trained member's thread is asked and answers, the same for every family.
#pragma once

#include <cstdint>

#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {

// `memory`: the member's, a Memory<float> or Memory<double> of its family whose block was zero. What is asked stands in the struct
// that derives from this one.
template <class ProblemOfFamily, class KindOfFamily>
struct TrainingCall {
    KindOfFamily kind;
    const ProblemOfFamily* problem;
    Precision precision;
    std::uint64_t seed, member;
    const void* memory;

    std::uint64_t first = 0;            // train, gradient: the (first) step; else: as of which step
    std::uint64_t count = 0;            // train: steps to make; else: of what is asked
    const StopRequest* stop = nullptr;  // once due, the call ends within a tile; or null
};

// Where a member stands between two launches.
struct MemberState {
    std::uint64_t steps;  // made
    bool finite;          // false: a step was not, and the training has ended
};

struct TrainingAnswer {
    std::uint64_t steps;    // train: made before the end or the first non-finite one
    bool finite;            // train: no step was non-finite; gradient: it is finite
    double loss;            // train, gradient: of the last batch
    bool given_up = false;  // as `stop` asked: the step at hand was not made, samples are missing
};

}  // namespace modecollapse
