// A tile of samples through a RealNVP flow: forward with log det and grad log q, inverse, and the reverse pass to the
// gradient.
//
// The element-wise physics is realnvp/coupling.hpp, target/target_density.hpp and target/modes_density.hpp, and
// realnvp/problem.hpp; this file says in which order it meets the networks, for both backends. Arrays as in memory.hpp.
//
// Networks: how samples are laid out and who works on them. It gives T, Row (the number type of a row of a panel),
// lanes, takes_modes (may the target have K* modes?), row(p, rows, r): the offset of row r of panel p, its products,
// and a team: panels are shared by `size` workers of which this is number `index`; sync() waits for all. On the CPU a
// panel is 64 bytes and the team is one thread (network.hpp); on the GPU a panel is one sample and the team a block
// (block.hpp).
#pragma once

#include "kernels/realnvp/panel_of_modes.hpp"
#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/realnvp/coupling.hpp"
#include "modecollapse/target/target_density.hpp"

namespace modecollapse {

template <class Networks>
class RealnvpPass {
public:
    using T = typename Networks::T;
    using Row = typename Networks::Row;
    static constexpr int lanes = Networks::lanes;

    MC_HOST_DEVICE RealnvpPass(const RealnvpProblem& problem, const RealnvpMemory<T>& memory, const Networks& networks)
        : problem_(problem),
          m_(memory),
          networks_(networks),
          coupling_(problem.shape.scale_bound),
          target_(problem.radius, problem.target_weight, problem.shape.dimension),
          mode_(mode_coordinate(problem)),
          d_(static_cast<int>(problem.shape.dimension)),
          half_(d_ / 2) {}

    MC_HOST_DEVICE const Networks& networks() const { return networks_; }

    // x = f(z) in place, log_det of it; with_score: `score` becomes grad log q at x.
    MC_HOST_DEVICE_CALL void forward(int panels, bool with_score) const {
        start_forward(panels, with_score);
        for (std::uint32_t layer = 0; layer < problem_.shape.layers; ++layer) {
            gather_passive(layer, panels);
            networks_.sync();
            networks_.forward(layer, panels);
            networks_.sync();
            couple(layer, panels, with_score);
            if (!with_score) continue;
            networks_.sync();
            networks_.reverse(layer, panels);
            networks_.sync();
            move_passive_score(layer, panels);
        }
    }

    // x = f^-1(x) in place; log_det: of J_f at the result.
    MC_HOST_DEVICE_CALL void inverse(int panels) const {
        clear_log_det(panels);
        for (std::uint32_t layer = problem_.shape.layers; layer-- > 0;) {
            gather_passive(layer, panels);
            networks_.sync();
            networks_.forward(layer, panels);
            networks_.sync();
            const std::uint32_t* order = order_of(layer);
            for (int p = networks_.index(); p < panels; p += networks_.size()) {
                Row log_det = load<Row>(m_.log_det + row(p, 1, 0));
                for (int i = 0; i < half_; ++i) {
                    T *x = m_.x + row(p, d_, order[half_ + i]), *out = networks_.output(layer) + row(p, d_, i);
                    const Row s = coupling_.log_scale(load<Row>(out));
                    store(AffineCoupling::inverse(load<Row>(x), s, load<Row>(out + row_step() * half_)), x);
                    log_det = log_det + s;
                }
                store(log_det, m_.log_det + row(p, 1, 0));
            }
        }
    }

    // squared: |x|^2 of what x holds.
    MC_HOST_DEVICE_CALL void square(int panels) const {
        for (int p = networks_.index(); p < panels; p += networks_.size()) {
            Row sum = Row(0.0);
            for (int k = 0; k < d_; ++k) {
                const Row x = load<Row>(m_.x + row(p, d_, k));
                sum = fma(x, x, sum);
            }
            store(sum, m_.squared + row(p, 1, 0));
        }
    }

    // log_q from log_det and `squared` (of z).
    MC_HOST_DEVICE_CALL void base_density(int panels) const {
        const Row constant = Row(-0.5 * log_two_pi * d_);
        for (int p = networks_.index(); p < panels; p += networks_.size()) {
            const Row log_normal = fma(Row(-0.5), load<Row>(m_.squared + row(p, 1, 0)), constant);
            store(log_normal - load<Row>(m_.log_det + row(p, 1, 0)), m_.log_q + row(p, 1, 0));
        }
    }

    // log_p, along and pull of x.
    MC_HOST_DEVICE_CALL void target(int panels) const {
        for (int p = networks_.index(); p < panels; p += networks_.size()) {
            if (has_modes()) {
                store(modes_of(p).log_density(), m_.log_p + row(p, 1, 0));
                continue;
            }
            Row sum = Row(0.0), squared = Row(0.0);
            for (int k = 0; k < d_; ++k) {
                const Row x = load<Row>(m_.x + row(p, d_, k));
                sum = sum + x;
                squared = fma(x, x, squared);
            }
            const Row along = Row(mode_) * sum;
            const TargetTerms<Row> terms = target_(along, squared);
            store(along, m_.along + row(p, 1, 0));
            store(terms.log_density, m_.log_p + row(p, 1, 0));
            store(terms.tanh, m_.pull + row(p, 1, 0));
        }
    }

    // Adds the gradient of (sum over the first `samples` samples of log q - beta log p) / batch; after forward and
    // target. with_score: the path gradient.
    MC_HOST_DEVICE_CALL void add_gradient(int panels, std::uint64_t samples, double beta, bool with_score) const {
        start_reverse(panels, samples, beta, with_score);
        for (std::uint32_t layer = problem_.shape.layers; layer-- > 0;) {
            reverse_coupling(layer, panels, with_score);
            networks_.sync();
            networks_.reverse(layer, panels);
            networks_.sync();
            networks_.add_gradient(layer, panels);
            networks_.sync();
            add_passive(layer, panels);
        }
    }

    // What the two passes above consist of, between two meetings of the team: for a backend that runs the networks
    // itself (wave.hpp).

    // log_det is 0, and the score that of the base, grad log N(z) = -z.
    MC_HOST_DEVICE void start_forward(int panels, bool with_score) const {
        clear_log_det(panels);
        if (!with_score) return;
        for (int p = networks_.index(); p < panels; p += networks_.size())
            for (int k = 0; k < d_; ++k) store(-load<Row>(m_.x + row(p, d_, k)), m_.score + row(p, d_, k));
    }

    MC_HOST_DEVICE void gather_passive(std::uint32_t layer, int panels) const {
        const std::uint32_t* order = order_of(layer);
        T* to = networks_.passive(layer);
        for (int p = networks_.index(); p < panels; p += networks_.size())
            for (int i = 0; i < half_; ++i) store(load<Row>(m_.x + row(p, d_, order[i])), to + row(p, half_, i));
    }

    // Moves the active coordinates, and the score's; leaves s in the place of a, and delta_output for the score's
    // network pass.
    MC_HOST_DEVICE_CALL void couple(std::uint32_t layer, int panels, bool with_score) const {
        const std::uint32_t* order = order_of(layer);
        for (int p = networks_.index(); p < panels; p += networks_.size()) {
            Row log_det = load<Row>(m_.log_det + row(p, 1, 0));
            for (int i = 0; i < half_; ++i) {
                T *at = m_.x + row(p, d_, order[half_ + i]), *out = networks_.output(layer) + row(p, d_, i);
                const Row x = load<Row>(at), s = coupling_.log_scale(load<Row>(out)), scale = exp(s);
                store(x, networks_.active(layer) + row(p, half_, i));
                store(s, out);
                store(AffineCoupling::forward(x, scale, load<Row>(out + row_step() * half_)), at);
                log_det = log_det + s;
                if (!with_score) continue;
                T *score = m_.score + row(p, d_, order[half_ + i]), *delta = m_.delta_output + row(p, d_, i);
                const Row moved = load<Row>(score) / scale;
                store(moved, score);
                store(coupling_.reverse(x, s, scale, moved, Row(1.0)), delta);
                store(moved, delta + row_step() * half_);
            }
            store(log_det, m_.log_det + row(p, 1, 0));
        }
    }

    // The score's passive coordinates, from the network pass that followed couple().
    MC_HOST_DEVICE void move_passive_score(std::uint32_t layer, int panels) const {
        const std::uint32_t* order = order_of(layer);
        for (int p = networks_.index(); p < panels; p += networks_.size())
            for (int i = 0; i < half_; ++i) {
                T* passive = m_.score + row(p, d_, order[i]);
                store(load<Row>(passive) - load<Row>(m_.delta_passive + row(p, half_, i)), passive);
            }
    }

    // g: the objective's gradient at x, zero for samples that are not there. log_q, no longer needed, becomes 1/batch
    // for the samples that are.
    MC_HOST_DEVICE void start_reverse(int panels, std::uint64_t samples, double beta, bool with_score) const {
        const double share = 1.0 / static_cast<double>(problem_.batch);
        for (int p = networks_.index(); p < panels; p += networks_.size()) {
            T counted[lanes];
            for (int l = 0; l < lanes; ++l)
                counted[l] = static_cast<std::uint64_t>(p) * lanes + l < samples ? static_cast<T>(share) : T(0);
            const Row weight = load<Row>(counted);
            store(weight, m_.log_q + row(p, 1, 0));
            const auto at = [&](int k, Row pull) {
                Row g = Row(beta) * (load<Row>(m_.x + row(p, d_, k)) - pull);
                if (with_score) g = g + load<Row>(m_.score + row(p, d_, k));
                store(weight * g, m_.g + row(p, d_, k));
            };
            if (has_modes()) {
                const PanelOfModes<Networks> modes = modes_of(p);
                modes.pull();
                for (int k = 0; k < d_; ++k) at(k, modes.pull(k));
                continue;
            }
            const Row pull = Row(mode_) * load<Row>(m_.pull + row(p, 1, 0));
            for (int k = 0; k < d_; ++k) at(k, pull);
        }
    }

    // g before the layer's coupling, its active coordinates; and delta_output.
    MC_HOST_DEVICE void reverse_coupling(std::uint32_t layer, int panels, bool with_score) const {
        const std::uint32_t* order = order_of(layer);
        for (int p = networks_.index(); p < panels; p += networks_.size()) {
            const Row k = with_score ? Row(0.0) : -load<Row>(m_.log_q + row(p, 1, 0));
            for (int i = 0; i < half_; ++i) {
                T* moved = m_.g + row(p, d_, order[half_ + i]);
                T *out = networks_.output(layer) + row(p, d_, i), *delta = m_.delta_output + row(p, d_, i);
                const Row s = load<Row>(out), scale = exp(s), g = load<Row>(moved);
                store(coupling_.reverse(load<Row>(networks_.active(layer) + row(p, half_, i)), s, scale, g, k), delta);
                store(g, delta + row_step() * half_);
                store(g * scale, moved);
            }
        }
    }

    // g before the layer's coupling, its passive coordinates: from delta_passive.
    MC_HOST_DEVICE void add_passive(std::uint32_t layer, int panels) const {
        const std::uint32_t* order = order_of(layer);
        for (int p = networks_.index(); p < panels; p += networks_.size())
            for (int i = 0; i < half_; ++i) {
                T* passive = m_.g + row(p, d_, order[i]);
                store(load<Row>(passive) + load<Row>(m_.delta_passive + row(p, half_, i)), passive);
            }
    }

private:
    MC_HOST_DEVICE long row(int p, int rows, std::uint32_t r) const {
        return networks_.row(p, rows, static_cast<int>(r));
    }
    MC_HOST_DEVICE long row_step() const { return networks_.row(0, 2, 1); }  // from a row of a panel to the next
    MC_HOST_DEVICE const std::uint32_t* order_of(std::uint32_t layer) const {
        return m_.order + static_cast<std::uint64_t>(layer) * d_;
    }

    MC_HOST_DEVICE void clear_log_det(int panels) const {
        for (int p = networks_.index(); p < panels; p += networks_.size()) store(Row(0.0), m_.log_det + row(p, 1, 0));
    }

    MC_HOST_DEVICE bool has_modes() const {
        if constexpr (Networks::takes_modes) return problem_.modes.count > 0;
        return false;
    }
    MC_HOST_DEVICE PanelOfModes<Networks> modes_of(int p) const { return {problem_.modes, m_, networks_, p, d_}; }

    const RealnvpProblem& problem_;
    const RealnvpMemory<T>& m_;
    Networks networks_;
    AffineCoupling coupling_;
    TargetDensity target_;
    double mode_;
    int d_, half_;
};

}  // namespace modecollapse
