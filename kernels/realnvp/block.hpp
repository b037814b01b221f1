// What a CUDA block does for the RealNVP ensemble: one member, its samples side by side over the threads.
//
// Host + device, so that the same text runs on the CPU with a team of one in tests/parity/realnvp_block_test.cpp, where
// no GPU is needed. Every sum has the order that it has on the CPU (kernels/lanes/panel_products.hpp, lanes.cpp), so a
// member has the same bits on both backends.
//
// Team: block_layers.hpp.
#pragma once

#include "kernels/realnvp/block_networks.hpp"
#include "kernels/realnvp/lanes.hpp"
#include "kernels/realnvp/pass.hpp"
#include "kernels/training/block_descent.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse {

// One member. Words: a word source (random/streams.hpp).
template <class T, class Team, class WordSource, TargetKind kind = TargetKind::bimodal>
class RealnvpBlock {
    using Networks = BlockNetworks<T, Team, kind>;
    static constexpr int sum_lanes = Networks::sum_lanes;

public:
    MC_HOST_DEVICE RealnvpBlock(const RealnvpProblem& problem, const RealnvpMemory<T>& memory, std::uint64_t seed,
                                std::uint64_t member, const Team& team, const WordSource& words)
        : problem_(problem),
          m_(memory),
          seed_(seed),
          member_(member),
          team_(team),
          words_(words),
          samples_(memory.panels * sum_lanes),
          pass_(problem, m_, Networks(problem, m_, samples_, team)) {}

    MC_HOST_DEVICE const RealnvpPass<Networks>& pass() const { return pass_; }

    MC_HOST_DEVICE_CALL void start() const {
        for (std::uint64_t i = team_.index(); i < m_.padded_parameters; i += team_.size())
            m_.parameters[i] = m_.first_moment[i] = m_.second_moment[i] = T(0);
        team_.sync();
        draw_start(problem_, words_, seed_, member_, team_.index(), team_.size(), m_.parameters);
        order();
    }

    // The masks, for parameters that stand in the memory already.
    MC_HOST_DEVICE void order() const {
        for (std::uint32_t layer = team_.index(); layer < problem_.shape.layers; layer += team_.size())
            coupling_order(problem_.shape, words_, seed_, member_, layer,
                           m_.order + static_cast<std::uint64_t>(layer) * problem_.shape.dimension);
        team_.sync();
    }

    // Steps first .. first + count - 1, up to the first non-finite one. The same answer in every thread.
    MC_HOST_DEVICE_CALL RealnvpAnswer train(std::uint64_t first, std::uint64_t count) const {
        return train_steps<RealnvpAnswer>(
            first, count,
            [&](std::uint64_t step) {
                const double loss = gradient(step);
                return RealnvpAnswer{1, loss - loss == 0.0, loss};
            },
            [&](std::uint64_t step) { return descend(step); });
    }

    // log q, log p and <mu*, x>, or the coordinates in the span of K* modes, of samples 0 .. count - 1 of the evaluation
    // stream.
    MC_HOST_DEVICE_CALL void sample(std::uint64_t count, double* log_q, double* log_p, double* along) const {
        for (std::uint64_t done = 0; done < count; done += samples_) {
            const std::uint64_t part = count - done < samples_ ? count - done : samples_;
            const int panels = draw(Purpose::realnvp_evaluation, done, part);
            pass_.forward(panels, false);
            pass_.base_density(panels);
            pass_.target(panels);
            team_.sync();
            write(part, log_q + done, log_p + done, along + done * static_cast<std::uint64_t>(problem_.modes.span));
            team_.sync();
        }
    }

    // Base samples into x, zeros up to the end of the CPU's last panel; returns their number.
    MC_HOST_DEVICE int draw(Purpose purpose, std::uint64_t first, std::uint64_t count) const {
        const int panels = Networks::padded(static_cast<int>(count));
        const std::uint64_t d = problem_.shape.dimension, blocks = blocks_per_flow_sample(problem_.shape.dimension);
        const LaneNormals<double, WordSource> normals(words_, seed_, &member_);
        for (std::uint64_t i = team_.index(); i < static_cast<std::uint64_t>(panels); i += team_.size())
            for (std::uint64_t c = 0; c < blocks; ++c) {
                const NormalBlock<double> z = normals(purpose, (first + i) * blocks + c);
                for (std::uint64_t k = 0; k < 4 && 4 * c + k < d; ++k)
                    m_.x[(4 * c + k) * samples_ + i] = i < count ? static_cast<T>(z.value[k]) : T(0);
            }
        pass_.square(panels);
        return panels;
    }

    MC_HOST_DEVICE void clear_gradient() const {
        for (std::uint64_t i = team_.index(); i < m_.padded_parameters; i += team_.size()) m_.gradient[i] = T(0);
    }

    // Sum over the first `count` samples of log q - beta log p, on top of `loss`: one thread's work.
    MC_HOST_DEVICE double add_loss(std::uint64_t count, double beta, double loss) const {
        MC_UNROLL(8)  // one thread's work: loads ahead of the sum
        for (std::uint64_t i = 0; i < count; ++i)
            loss += static_cast<double>(m_.log_q[i]) - beta * static_cast<double>(m_.log_p[i]);
        return loss;
    }

    // log q, log p and <mu*, x>, or the coordinates, of the `part` samples of the tile.
    MC_HOST_DEVICE void write(std::uint64_t part, double* log_q, double* log_p, double* along) const {
        const auto span = static_cast<std::uint64_t>(Networks::takes_modes ? problem_.modes.span : 1);
        for (std::uint64_t i = team_.index(); i < part; i += team_.size()) {
            log_q[i] = static_cast<double>(m_.log_q[i]);
            log_p[i] = static_cast<double>(m_.log_p[i]);
            for (std::uint64_t a = 0; a < span; ++a)
                along[i * span + a] = static_cast<double>(m_.along[a * samples_ + i]);
        }
    }

private:
    // Leaves the gradient of a step's batch in m_.gradient; returns the loss, to every thread.
    MC_HOST_DEVICE double gradient(std::uint64_t step) const {
        const bool path = problem_.estimator == Estimator::pathwise;
        const double beta = beta_at_step(problem_, step);
        clear_gradient();
        if (team_.index() == 0) *team_.number() = 0.0;
        for (std::uint64_t first = 0; first < problem_.batch; first += samples_) {
            const std::uint64_t count = problem_.batch - first < samples_ ? problem_.batch - first : samples_;
            const int panels = draw(Purpose::realnvp_batch, step * problem_.batch + first, count);
            pass_.forward(panels, path);
            pass_.base_density(panels);
            pass_.target(panels);
            team_.sync();
            if (team_.index() == 0) *team_.number() = add_loss(count, beta, *team_.number());
            team_.sync();
            pass_.add_gradient(panels, count, beta, path);
        }
        const double loss = *team_.number() / static_cast<double>(problem_.batch);
        team_.sync();
        return loss;
    }

    MC_HOST_DEVICE bool descend(std::uint64_t step) const {
        return descend_in_block<T>(
            team_, problem_.optimizer, step, problem_.steps,
            {m_.parameters, m_.first_moment, m_.second_moment, m_.gradient, m_.padded_parameters}, m_.squared);
    }

    const RealnvpProblem& problem_;
    const RealnvpMemory<T>& m_;
    std::uint64_t seed_, member_;
    Team team_;
    WordSource words_;
    std::uint64_t samples_;
    RealnvpPass<Networks> pass_;
};

}  // namespace modecollapse
