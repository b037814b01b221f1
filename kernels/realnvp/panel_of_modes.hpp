// A panel of samples before a target of K* modes: its log density, and what pulls the samples toward the modes
// (target/modes_density.hpp). For both backends; Networks as in pass.hpp.
#pragma once

#include "kernels/realnvp/memory.hpp"
#include "modecollapse/numbers/number.hpp"
#include "modecollapse/target/modes_density.hpp"

namespace modecollapse {

template <class Networks>
class PanelOfModes {
public:
    using T = typename Networks::T;
    using Row = typename Networks::Row;

    // Panel p of samples in d dimensions.
    MC_HOST_DEVICE PanelOfModes(const TargetModes& modes, const RealnvpMemory<T>& memory, const Networks& networks,
                                int p, int d)
        : modes_(modes), m_(memory), networks_(networks), p_(p), d_(d) {}

    // log p at x. Leaves the coordinates of x along the axes in `along`, and the shares of the modes in `pull`.
    MC_HOST_DEVICE_CALL Row log_density() const {
        Row squared = Row(0.0);
        for (int k = 0; k < d_; ++k) {
            const Row x = load<Row>(m_.x + networks_.row(p_, d_, k));
            squared = fma(x, x, squared);
        }
        for (int a = 0; a < modes_.span; ++a) {
            Row sum = Row(0.0);
            for (int k = 0; k < d_; ++k)
                sum = fma(Row(modes_.axis[a * d_ + k]), load<Row>(m_.x + networks_.row(p_, d_, k)), sum);
            store(sum, along(a));
        }
        const Row sum = log_sum_of_modes<Row>(
            modes_, [this](int a) { return load<Row>(along(a)); }, Shares{*this});
        return fma(Row(-0.5), squared, sum + Row(-0.5 * log_two_pi * d_));
    }

    // Puts sum_k s_k nu_k in the place of the coordinates; then pull(k): its coordinate k in R^d.
    MC_HOST_DEVICE void pull() const {
        for (int a = 0; a < modes_.span; ++a) {
            Row sum = Row(0.0);
            for (int k = 0; k < modes_.count; ++k)
                sum = fma(Row(modes_.mode[k * modes_.span + a]), load<Row>(share(k)), sum);
            store(sum, along(a));
        }
    }
    MC_HOST_DEVICE Row pull(int k) const {
        Row sum = Row(0.0);
        for (int a = 0; a < modes_.span; ++a) sum = fma(Row(modes_.axis[a * d_ + k]), load<Row>(along(a)), sum);
        return sum;
    }

private:
    struct Shares {
        const PanelOfModes& panel;
        MC_HOST_DEVICE void operator()(int k, Row value) const { store(value, panel.share(k)); }
        MC_HOST_DEVICE Row operator()(int k) const { return load<Row>(panel.share(k)); }
    };
    MC_HOST_DEVICE T* along(int a) const { return m_.along + networks_.row(p_, modes_.span, a); }
    MC_HOST_DEVICE T* share(int k) const { return m_.pull + networks_.row(p_, modes_.count, k); }

    const TargetModes& modes_;
    const RealnvpMemory<T>& m_;
    const Networks& networks_;
    int p_, d_;
};

}  // namespace modecollapse
