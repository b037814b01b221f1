// The closed flow of K components and K* modes: COMPONENTS.
//
//   r_ij  = E_{x ~ N(mu_i, I)}[ responsibility of component j of q ],   rho_ik the same for mode k of p
//   aQ_ij = (beta - 1) Q_ij + (r Q)_ij - beta (rho M^T)_ij,   aM_ik = (beta - 1) M_ik + (r M)_ik - beta (rho G)_ik
//   on spheres: aQ_i. -= c_i Q_i., aM_i. -= c_i M_i., c_i = aQ_ii / Q_ii
//   dQ/dt = -(diag(w) aQ + transpose),   dM/dt = -diag(w) aM
//   g_i   = E_i[log q - beta log p]:  d log w_i/dt = -(g_i - <w, g>) (Fisher-Rao), ds_i/dt = -w_i (g_i - <w, g>) (softmax)
//
// g_i is told up to the constant (beta - 1) d/2 log(2 pi e) that all components share: with densities over exp(-x^2/2),
//   g_i = log w_i + Q_ii/2 + E_i log sum_j e^{t_ij} - beta E_i log sum_k e^{u_ik} + (beta - 1) Q_ii/2
//   t_ij = log(w_j/w_i) - S_jj/2 + N(0, S),   S_jl = Q_jl - Q_ij - Q_il + Q_ii
//   u_ik = log om_k + M_ik - G_kk/2 + N(0, G)
//
// With trained variances (variances.hpp) p_ij takes the place of r_ij, v_i G that of G in u_ik, and
//   g_i  += (d/2) (beta (v_i - 1) - log v_i)
//   dF/dlog v_i = (w_i/2) (d (beta v_i - 1) + stretch_i - beta v_i T_i),   T_i = E_i[tr Cov_rho(nu)]
#pragma once

#include "modecollapse/components/state_expectations.hpp"

namespace modecollapse::components {

template <class Real, class ProgramSizes = AnySizes>
class Field {
    using ExpectationsHere = Expectations<Real, ProgramSizes>;

public:
    MC_HOST_DEVICE Field(const Payload& problem, Real* memory) : problem_(problem), expectations_(problem, memory) {
        Pieces<Real> pieces(memory ? memory + ExpectationsHere::words(problem) : nullptr);
        pull_q_ = pieces.rows(problem.components, problem.components);
        pull_m_ = pieces.rows(problem.components, problem.modes);
        slope_ = pieces.take(problem.components);
    }
    MC_HOST_DEVICE static std::uint64_t words(const Payload& problem) {
        const auto k = static_cast<std::uint64_t>(problem.components);
        return ExpectationsHere::words(problem) + k * (k + static_cast<std::uint64_t>(problem.modes) + 1);
    }

    // Rates at `y`, at inverse temperature beta.
    MC_HOST_DEVICE void operator()(const State<Real>& y, Real beta, const State<Real>& rate) {
        NeverGivenUp never;
        (*this)(y, beta, rate, never);
    }
    template <class GivenUp>
    MC_HOST_DEVICE_CALL void operator()(const State<Real>& y, Real beta, const State<Real>& rate, GivenUp& given_up) {
        ExpectationsHere& e = expectations_;
        e(y, problem_.weights == Weights::fixed ? Asked::shares : Asked::shares_and_log, given_up);
        gradients(y, beta);
        const int n = y.components;
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j <= i; ++j) rate.q(i, j) = -fma(e.weight[i], pull_q_[i][j], e.weight[j] * pull_q_[j][i]);
            if (problem_.radii == Radii::fixed) rate.q(i, i) = Real(0.0);
            for (int k = 0; k < y.modes; ++k) rate.m(i, k) = -(e.weight[i] * pull_m_[i][k]);
        }
        for (int i = 0; i < n; ++i) rate.log_weight(i) = Real(0.0);
        if (problem_.weights != Weights::fixed) weight_rates(y, beta, rate);
        for (int i = 0; i < y.variances; ++i) {
            const Real free = Real(problem_.dimension) * fma(beta, exp(y.log_variance(i)), Real(-1.0));
            rate.log_variance(i) = variance_rate(problem_, e.weight[i], fma(-beta, e.spread[i], free + e.stretch[i]));
        }
    }

    // F_beta at `y`, up to the constant of the first lines.
    MC_HOST_DEVICE Real objective(const State<Real>& y, Real beta) {
        NeverGivenUp never;
        expectations_(y, Asked::shares_and_log, never);
        Real sum = Real(0.0);
        for (int i = 0; i < y.components; ++i) sum = fma(expectations_.weight[i], slope(y, beta, i), sum);
        return sum;
    }

    MC_HOST_DEVICE ExpectationsHere& expectations() { return expectations_; }

private:
    // aQ and aM, tangential where the radii are fixed.
    MC_HOST_DEVICE void gradients(const State<Real>& y, Real beta) {
        const ExpectationsHere& e = expectations_;
        Rows<Real> share = e.own;
        if (y.variances > 0) share = e.push;  // no choice between addresses: a GPU would keep both in memory
        const Real shrink = beta - Real(1.0);
        for (int i = 0; i < y.components; ++i) {
            for (int j = 0; j < y.components; ++j) {
                Real push = Real(0.0), pull = Real(0.0);
                for (int l = 0; l < y.components; ++l) push = fma(share[i][l], y.q(l, j), push);
                for (int k = 0; k < y.modes; ++k) pull = fma(e.target[i][k], y.m(j, k), pull);
                pull_q_[i][j] = fma(shrink, y.q(i, j), fma(-beta, pull, push));
            }
            for (int k = 0; k < y.modes; ++k) {
                Real push = Real(0.0), pull = Real(0.0);
                for (int l = 0; l < y.components; ++l) push = fma(share[i][l], y.m(l, k), push);
                for (int l = 0; l < y.modes; ++l)
                    pull = fma(e.target[i][l], Real(problem_.gram[l * y.modes + k]), pull);
                pull_m_[i][k] = fma(shrink, y.m(i, k), fma(-beta, pull, push));
            }
            if (problem_.radii == Radii::free) continue;
            const Real radial = pull_q_[i][i] / y.q(i, i);
            for (int j = 0; j < y.components; ++j) pull_q_[i][j] = fma(-radial, y.q(i, j), pull_q_[i][j]);
            for (int k = 0; k < y.modes; ++k) pull_m_[i][k] = fma(-radial, y.m(i, k), pull_m_[i][k]);
        }
    }

    MC_HOST_DEVICE Real slope(const State<Real>& y, Real beta, int i) const {
        const Real tempered = Real(0.5) * (beta - Real(1.0)) * y.q(i, i);
        const Real shared = fma(-beta, expectations_.target_log[i], expectations_.own_log[i] + tempered);
        if (y.variances == 0) return shared;
        const Real logs = y.log_variance(i);
        return fma(Real(0.5 * problem_.dimension), beta * (exp(logs) - Real(1.0)) - logs, shared);
    }

    MC_HOST_DEVICE void weight_rates(const State<Real>& y, Real beta, const State<Real>& rate) {
        const Real* weight = expectations_.weight;
        Real mean = Real(0.0);
        for (int i = 0; i < y.components; ++i) {
            slope_[i] = slope(y, beta, i);
            mean = fma(weight[i], slope_[i], mean);
        }
        for (int i = 0; i < y.components; ++i) rate.log_weight(i) = weight_rate(problem_, weight[i], slope_[i] - mean);
    }

    const Payload& problem_;
    ExpectationsHere expectations_;
    Rows<Real> pull_q_, pull_m_;
    Real* slope_;
};

}  // namespace modecollapse::components
