// A step of an optimizer on all parameters of a member by the threads of a CUDA block: what descent.hpp does on one CPU thread, with
// its sums in the same order. Team: block_layers.hpp.
#pragma once

#include "kernels/training/block_layers.hpp"
#include "kernels/training/train_steps.hpp"
#include "modecollapse/training/optimizer.hpp"

namespace modecollapse {

// |x|^2 of (count) numbers, to every thread. room: (panel_lanes).
template <class T, class Team>
MC_HOST_DEVICE double squared_norm_in_block(const Team& team, const T* x, std::uint64_t count, T* room) {
    constexpr int lanes = panel_lanes<T>;
    const long panels = static_cast<long>(count / lanes);
    for (int l = team.index(); l < lanes; l += team.size()) {
        T lane = T(0);
        MC_UNROLL(16)  // few threads' work: loads ahead of the sum
        for (long k = 0; k < panels; ++k) {
            const T g = x[k * lanes + l];
            lane = fma(g, g, lane);
        }
        room[l] = lane;
    }
    team.sync();
    double total = 0.0;
    for (int l = 0; l < lanes; ++l) total += static_cast<double>(room[l]);
    return total;
}

// Step `step` of `steps`. False, to every thread: the gradient or a new parameter is not finite.
template <class T, class Team>
MC_HOST_DEVICE bool descend_in_block(const Team& team, const OptimizerSettings& settings, std::uint64_t step,
                                     std::uint64_t steps, const DescentArrays<T>& m, T* room) {
    if (team.index() == 0) *team.number() = 0.0;
    const double squared = squared_norm_in_block(team, m.gradient, m.count, room);
    if (!(squared - squared == 0.0)) return false;
    const DescentStep descent(settings, step, steps, clip_factor(settings, squared));
    bool finite = true;
    for (auto i = static_cast<std::uint64_t>(team.index()); i < m.count; i += static_cast<std::uint64_t>(team.size())) {
        const T p = descent(m.parameters[i], m.gradient[i], m.first_moment[i], m.second_moment[i]);
        finite = finite && p - p == T(0);
        m.parameters[i] = p;
    }
    if (!finite) *team.number() = 1.0;  // whoever writes writes this
    team.sync();
    finite = *team.number() == 0.0;
    team.sync();
    return finite;
}

// By the name that the text of a member calls (descent.hpp on a CPU).
template <class T, class Team>
MC_HOST_DEVICE bool descend(const BlockLayers<T, Team>& layers, const OptimizerSettings& settings, std::uint64_t step,
                            std::uint64_t steps, const DescentArrays<T>& m) {
    return descend_in_block(layers.team(), settings, step, steps, m, layers.scratch());
}

}  // namespace modecollapse
