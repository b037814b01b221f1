// Order parameters of K components and K* modes, dimensionless: Q_ij = mu_i.mu_j (lower triangle), M_ik = mu_i.nu_k (K,
// K*), the logarithms of the weights up to a common summand (K), and those of the variances where they are trained (K), in
// this order in one run of numbers.
//
// A state is a view: whoever makes it owns the numbers. Sizes are up to 64 components and modes, small ones compiled
// (sizes.hpp).
#pragma once

#include "modecollapse/components/problem.hpp"

namespace modecollapse::components {

MC_HOST_DEVICE constexpr int triangle(int a, int b) { return a >= b ? a * (a + 1) / 2 + b : b * (b + 1) / 2 + a; }
MC_HOST_DEVICE constexpr int state_size(int components, int modes) {
    return triangle(components, 0) + components * modes + components;
}

template <class Number>
struct State {
    using Real = Number;
    static constexpr int unrolled_stages = 1, unrolled_entries = 1;  // for a GPU: not at all
    Real* value;
    int components, modes;
    int variances = 0;  // K where they are trained

    MC_HOST_DEVICE int size() const { return state_size(components, modes) + variances; }
    // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn): it thinks of the null memory that tells a size
    MC_HOST_DEVICE Real& at(int i) const { return value[i]; }
    MC_HOST_DEVICE int m_at(int i, int k) const { return triangle(components, 0) + i * modes + k; }
    // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn): the same
    MC_HOST_DEVICE Real& q(int i, int j) const { return value[triangle(i, j)]; }
    MC_HOST_DEVICE Real& m(int i, int k) const { return value[m_at(i, k)]; }
    // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn): the same
    MC_HOST_DEVICE Real& log_weight(int i) const { return value[m_at(components, 0) + i]; }
    MC_HOST_DEVICE Real& log_variance(int i) const { return value[state_size(components, modes) + i]; }
};

// So many states one after the other: no array of pointers, in which a GPU would lose where they point to.
template <class Real>
struct States {
    State<Real> first;
    MC_HOST_DEVICE State<Real> operator[](int i) const {
        State<Real> y = first;
        y.value += static_cast<std::int64_t>(i) * first.size();
        return y;
    }
};

template <class Real>
MC_HOST_DEVICE State<Real> state_in(const Payload& problem, Real* memory) {
    return {memory, problem.components, problem.modes, trains_variances(problem) ? problem.components : 0};
}
MC_HOST_DEVICE int size_of_state(const Payload& problem) { return state_in<double>(problem, nullptr).size(); }

// A matrix in memory as rows[i][k].
template <class Real>
struct Rows {
    Real* first;
    int columns;
    MC_HOST_DEVICE Real* operator[](int i) const { return first + static_cast<std::int64_t>(i) * columns; }
};

// Memory cut into pieces; of null only the size is told.
template <class Real>
class Pieces {
public:
    MC_HOST_DEVICE explicit Pieces(Real* memory) : memory_(memory) {}
    MC_HOST_DEVICE Real* take(std::uint64_t count) {
        Real* piece = memory_ ? memory_ + used_ : nullptr;
        used_ += count;
        return piece;
    }
    MC_HOST_DEVICE Real* take(int count) { return take(static_cast<std::uint64_t>(count)); }
    MC_HOST_DEVICE Rows<Real> rows(int count, int columns) {
        return {take(static_cast<std::uint64_t>(count) * static_cast<std::uint64_t>(columns)), columns};
    }
    MC_HOST_DEVICE std::uint64_t used() const { return used_; }

private:
    Real* memory_;
    std::uint64_t used_ = 0;
};

// Weights by logarithms up to a common summand; returns the logarithm of their sum.
template <class Real>
MC_HOST_DEVICE Real softmax(const Real* log_weight, int count, Real* weight) {
    Real top = log_weight[0], sum = Real(0.0);
    for (int i = 1; i < count; ++i) top = max(log_weight[i], top);
    for (int i = 0; i < count; ++i) {
        weight[i] = exp(log_weight[i] - top);
        sum = sum + weight[i];
    }
    for (int i = 0; i < count; ++i) weight[i] = weight[i] / sum;
    return top + log(sum);
}
template <class Real>
MC_HOST_DEVICE Real weights_of(const State<Real>& y, Real* weight) {
    return softmax(&y.log_weight(0), y.components, weight);
}

// Rate of a weight's logarithm (softmax: up to a common summand), from g_i - <w, g>.
template <class Real>
MC_HOST_DEVICE Real weight_rate(const Payload& problem, Real weight, Real slope) {
    return problem.weights == Weights::softmax ? -(weight * slope) : -slope;
}

// Rate of a variance's logarithm, from 2/w_i times the derivative of F there.
template <class Real>
MC_HOST_DEVICE Real variance_rate(const Payload& problem, Real weight, Real slope) {
    return weight * slope * Real(problem.variances == Variances::fisher_rao ? -1.0 / problem.dimension : -0.5);
}

}  // namespace modecollapse::components
