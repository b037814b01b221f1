// What a reader of held-out data does beside that, in every family of VAEs: it reads the objective of the data that a member
// was trained on, which tells whether the training has failed (modecollapse/vae/outcome.hpp).
#pragma once

#include <utility>

#include "kernels/training/data_read.hpp"
#include "kernels/vae/encoder_monitor.hpp"

namespace modecollapse::vae {

// HeldOut: count(), terms() to be evaluated, objective(end, count) of what was.
template <class HeldOut>
class ObjectiveReader {
public:
    // Is a start at the first step's constants another than at the last one's?
    template <class Problem>
    static bool has_two_starts(const Problem& problem) {
        return problem.inverse_lipschitz.time > 0.0;
    }

    // call: of no kind yet, as of a step; end: steps of the training. False: given up.
    template <class Call, class AnyLanes>
    bool look_at_objective(Call call, std::uint64_t end, const AnyLanes& lanes, Objective& objective) {
        call.kind = decltype(call.kind)::evaluate;
        call.read = DataRead::training;
        call.count = training_data_read(*call.problem, held_out_.count());
        call.evaluation = held_out_.terms();
        if (lanes(call).given_up) return false;
        objective = held_out_.objective(end, call.count);
        return true;
    }

protected:
    template <class... Arguments>
    explicit ObjectiveReader(Arguments&&... arguments) : held_out_(std::forward<Arguments>(arguments)...) {}

    HeldOut held_out_;
};

}  // namespace modecollapse::vae
