// Training of large RealNVP networks with a library's matrix products, cut into phases: what all members do between two
// products.
//
// A phase is run for every member of a wave by a team that may span several CUDA blocks: nobody waits inside a phase,
// the end of one is the meeting point. The text of the passes is that of the block (block.hpp); in which order phases
// and products come says wave.hpp. Host + device, so that tests run it without a GPU.
//
// Sums over the parameters have the order of `partial_sums` here, and those of products the library's: results agree
// with the CPU backend to rounding, not in every bit.
#pragma once

#include "kernels/realnvp/block.hpp"
#include "kernels/training/answer.hpp"

namespace modecollapse {

// A member's sums on the way to a step: over the batch, and over the parameters.
struct RealnvpSums {
    static constexpr int partial_sums = 4096, folded_sums = 64;
    double loss;
    double partial[partial_sums];
    double squares[folded_sums];  // of the gradient
    double defects[folded_sums];  // of the new parameters: 0 if all are finite
};

enum class RealnvpPhaseKind {
    clear,             // gradient and loss
    draw_batch,        // samples first .. first + count - 1 of the step's batch, and the start of the forward pass
    draw_evaluation,   // the same of the evaluation stream, without the score
    gather,            // layer: the networks' inputs
    activate,          // layer, matrix: bias and tanh after a product
    couple,            // layer
    deactivate,        // layer, matrix: slope of tanh after a reverse product
    score,             // layer: passive coordinates of the score
    density,           // log q, log p
    loss,              // of the tile
    start_reverse,     // gradient of the objective at the samples
    reverse_coupling,  // layer
    add_passive,       // layer
    square_gradient,   // partial sums
    fold_squares,
    descend,  // the optimizer's step, unless loss or gradient is not finite; partial sums of the defects
    fold_defects,
    end_step,  // counts the step, or ends the member
    write,     // log q, log p, <mu*, x> or coordinates of the tile's samples
};

struct RealnvpPhase {
    RealnvpPhaseKind kind;
    std::uint32_t layer = 0, matrix = 0;
    std::uint64_t first = 0, count = 0;  // samples of the tile
    bool with_score = false;
    bool trains = false;  // members that are not finite, or have made `until` steps, rest
    std::uint64_t until = 0;
};

// One member's part in a phase. samples: write only, (numbers of a sample, evaluation samples), the last ones sample by
// sample.
template <class T, class Team, class WordSource, TargetKind kind>
MC_HOST_DEVICE_CALL void run_phase(const RealnvpPhase& phase, const RealnvpProblem& problem, const RealnvpMemory<T>& m,
                                   const RealnvpBlock<T, Team, WordSource, kind>& block, const Team& team,
                                   MemberState& state, RealnvpSums& sums, double* samples) {
    using Sums = RealnvpSums;
    using Networks = BlockNetworks<T, Team>;
    const auto& pass = block.pass();
    const int panels = Networks::padded(static_cast<int>(phase.count));
    const auto fold = [&](double* folded) {
        constexpr int each = Sums::partial_sums / Sums::folded_sums;
        for (int i = team.index(); i < Sums::folded_sums; i += team.size()) {
            double sum = 0.0;
            for (int k = i * each; k < (i + 1) * each; ++k) sum += sums.partial[k];
            folded[i] = sum;
        }
    };
    const auto total = [](const double* folded) {
        double sum = 0.0;
        for (int i = 0; i < Sums::folded_sums; ++i) sum += folded[i];
        return sum;
    };
    const auto is_finite = [](double x) { return x - x == 0.0; };
    if (phase.trains && !(state.finite && state.steps < phase.until)) return;
    switch (phase.kind) {
        case RealnvpPhaseKind::clear:
            block.clear_gradient();
            if (team.index() == 0) sums.loss = 0.0;
            break;
        case RealnvpPhaseKind::draw_batch:
            block.draw(Purpose::realnvp_batch, state.steps * problem.batch + phase.first, phase.count);
            pass.start_forward(panels, phase.with_score);
            break;
        case RealnvpPhaseKind::draw_evaluation:
            block.draw(Purpose::realnvp_evaluation, phase.first, phase.count);
            pass.start_forward(panels, false);
            break;
        case RealnvpPhaseKind::gather:
            pass.gather_passive(phase.layer, panels);
            break;
        case RealnvpPhaseKind::activate:
            pass.networks().activate(phase.layer, phase.matrix, panels);
            break;
        case RealnvpPhaseKind::couple:
            pass.couple(phase.layer, panels, phase.with_score);
            break;
        case RealnvpPhaseKind::deactivate:
            pass.networks().deactivate(phase.layer, phase.matrix, panels);
            break;
        case RealnvpPhaseKind::score:
            pass.move_passive_score(phase.layer, panels);
            break;
        case RealnvpPhaseKind::density:
            pass.base_density(panels);
            pass.target(panels);
            break;
        case RealnvpPhaseKind::loss:
            if (team.index() == 0)
                sums.loss = block.add_loss(phase.count, beta_at_step(problem, state.steps), sums.loss);
            break;
        case RealnvpPhaseKind::start_reverse:
            pass.start_reverse(panels, phase.count, beta_at_step(problem, state.steps), phase.with_score);
            break;
        case RealnvpPhaseKind::reverse_coupling:
            pass.reverse_coupling(phase.layer, panels, phase.with_score);
            break;
        case RealnvpPhaseKind::add_passive:
            pass.add_passive(phase.layer, panels);
            break;
        case RealnvpPhaseKind::square_gradient:
            for (int k = team.index(); k < Sums::partial_sums; k += team.size()) {
                double sum = 0.0;
                for (std::uint64_t i = k; i < m.padded_parameters; i += Sums::partial_sums) {
                    const double g = static_cast<double>(m.gradient[i]);
                    sum = fma(g, g, sum);
                }
                sums.partial[k] = sum;
            }
            break;
        case RealnvpPhaseKind::fold_squares:
            fold(sums.squares);
            break;
        case RealnvpPhaseKind::descend: {
            const double squared_norm = total(sums.squares);
            const bool moves = is_finite(sums.loss) && is_finite(squared_norm);
            const DescentStep descent(problem.optimizer, state.steps, problem.steps,
                                      clip_factor(problem.optimizer, squared_norm));
            for (int k = team.index(); k < Sums::partial_sums; k += team.size()) {
                double defect = moves ? 0.0 : squared_norm - squared_norm + (sums.loss - sums.loss);
                for (std::uint64_t i = k; moves && i < m.padded_parameters; i += Sums::partial_sums) {
                    m.parameters[i] = descent(m.parameters[i], m.gradient[i], m.first_moment[i], m.second_moment[i]);
                    defect += static_cast<double>(m.parameters[i] - m.parameters[i]);
                }
                sums.partial[k] = defect;
            }
            break;
        }
        case RealnvpPhaseKind::fold_defects:
            fold(sums.defects);
            break;
        case RealnvpPhaseKind::end_step:
            if (team.index() != 0) break;
            state.finite = total(sums.defects) == 0.0;
            if (state.finite) ++state.steps;
            break;
        case RealnvpPhaseKind::write: {
            const std::uint64_t all = problem.evaluation_samples;
            block.write(phase.count, samples + phase.first, samples + all + phase.first,
                        samples + 2 * all + phase.first * static_cast<std::uint64_t>(problem.modes.span));
            break;
        }
    }
}

}  // namespace modecollapse
