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

#include "modecollapse/components/expectation.hpp"
#include "modecollapse/components/target_table.hpp"
#include "modecollapse/components/variances.hpp"
#include "modecollapse/numbers/semidefinite_root.hpp"

namespace modecollapse::components {

// The expectations of one state, and what they are computed in.
template <class Real>
class Expectations {
public:
    // memory: words(problem) numbers.
    MC_HOST_DEVICE Expectations(const Payload& problem, Real* memory) : problem_(problem) {
        lay_out(problem, memory, *this);
        for (int k = 0; k < problem.modes && problem.rank > 0; ++k)
            for (int j = 0; j < problem.rank; ++j) target_root_[k][j] = Real(problem.difference[k * problem.rank + j]);
    }
    MC_HOST_DEVICE static std::uint64_t words(const Payload& problem) {
        Expectations none(problem);
        return lay_out(problem, nullptr, none);
    }

    // asked: the objective's gradient in the weights needs the logarithms.
    template <class GivenUp>
    MC_HOST_DEVICE_CALL void operator()(const State<Real>& y, Asked asked, GivenUp& given_up) {
        const Real all = weights_of(y, weight);
        if (y.variances > 0) return with_variances(y, all, given_up);
        if (y.components <= 3) few_own(y, asked, all);
        for (int i = 0; i < y.components; ++i) {
            if (given_up(work())) return;
            if (y.components > 3) own_of(y, i, asked, all);
            target_of(y, i, asked);
        }
    }

    // Nodes of the expectations of a component, or about as many.
    MC_HOST_DEVICE std::uint64_t work() const {
        constexpr std::uint64_t of_product_rules = 64;
        return of_product_rules + static_cast<std::uint64_t>(problem_.own.count) +
               static_cast<std::uint64_t>(problem_.target.count);
    }

    // r_i., p_i., the stretch and E_i log q with trained variances.
    MC_HOST_DEVICE void own_with_variances(const State<Real>& y, int i, Real all) {
        const int rank = y.components - 1;
        const auto other = [i](int l) { return l < i ? l : l + 1; };
        const Real own_log_variance = y.log_variance(i);
        Rows<Real> covariance = {own_root_[1], rank};
        base_[0] = Real(0.0);
        variance_[0] = exp(own_log_variance);
        for (int a = 0; a < rank; ++a) {
            const int j = other(a);
            difference_products(y, i, a, covariance);
            variance_[a + 1] = exp(y.log_variance(j));
            const Real logs = Real(1.0) + (own_log_variance - y.log_variance(j)) - variance_[0] / variance_[a + 1];
            base_[a + 1] = fma(Real(0.5 * problem_.dimension), logs, y.log_weight(j) - y.log_weight(i)) -
                           Real(0.5) * covariance[a][a] / variance_[a + 1];
        }
        if (rank > 0) semidefinite_root<Real>(covariance, rank);
        VarianceMean<Real> x = {y.components, {covariance.first, rank}, base_,     variance_, share_,
                                push_,        Real(0.0),                Real(0.0), logit_};
        if (rank > 0)
            x(problem_.own, problem_.dimension);
        else
            share_[0] = push_[0] = Real(1.0);
        for (int l = 0; l <= rank; ++l) {
            const int j = l == 0 ? i : other(l - 1);
            own[i][j] = share_[l];
            push[i][j] = push_[l];
        }
        stretch[i] = x.stretch;
        own_log[i] = (y.log_weight(i) - all) + fma(Real(0.5), y.q(i, i), x.log_sum);
    }

    // r_i. and E_i log q for four components or more, with the logarithm of the sum of the weights. Component i comes
    // first, then the others in their order.
    MC_HOST_DEVICE void own_of(const State<Real>& y, int i, Asked asked, Real all) {
        const int rank = y.components - 1;
        const auto other = [i](int l) { return l < i ? l : l + 1; };
        Rows<Real> covariance = {own_root_[1], rank};  // rows 1.. of the root: the factor takes its place
        base_[0] = Real(0.0);
        for (int j = 0; j < rank; ++j) own_root_[0][j] = Real(0.0);
        for (int a = 0; a < rank; ++a) {
            const int j = other(a);
            difference_products(y, i, a, covariance);
            base_[a + 1] = y.log_weight(j) - y.log_weight(i) - Real(0.5) * covariance[a][a];
        }
        if (rank > 0) semidefinite_root<Real>(covariance, rank);
        Softmax<Real> x = {y.components, rank, base_, {own_root_.first, own_root_.columns}, share_, Real(0.0), logit_};
        SoftmaxMean<Real>(problem_.own, asked)(x);
        own[i][i] = share_[0];
        for (int a = 0; a < rank; ++a) own[i][other(a)] = share_[a + 1];
        own_log[i] =
            asked == Asked::shares ? Real(0.0) : (y.log_weight(i) - all) + fma(Real(0.5), y.q(i, i), x.log_sum);
    }

    // rho_i. and E_i log p over e^{-x^2/2}: of row i of M alone.
    MC_HOST_DEVICE void target_of(const State<Real>& y, int i, Asked asked) {
        if (problem_.table.functions == 0) return by_nodes(y, i, asked);
        TableLookup<Real> look_up(problem_);
        const MaskOf<Real> inside = look_up.find(&y.m(i, 0));
        if (any(!inside)) by_nodes(y, i, asked);
        Real first = Real(1.0);
        for (int k = 1; k < y.modes; ++k) {
            const Real share = look_up(k - 1);
            first = first - share;
            target[i][k] = select(inside, share, target[i][k]);
        }
        target[i][0] = select(inside, first, target[i][0]);
        if (asked == Asked::shares_and_log)
            target_log[i] = select(inside, y.m(i, 0) + look_up(y.modes - 1), target_log[i]);
    }

    Real* weight = nullptr;   // (K)
    Rows<Real> push = {};     // p (K, K), and below stretch and v_i T_i (K): with trained variances
    Real *stretch = nullptr, *spread = nullptr;
    Rows<Real> own = {};      // r (K, K)
    Rows<Real> target = {};   // rho (K, K*)
    Real* own_log = nullptr;  // (K): E_i log q, and below E_i log p over e^{-x^2/2}; if asked for
    Real* target_log = nullptr;

private:
    MC_HOST_DEVICE explicit Expectations(const Payload& problem) : problem_(problem) {}

    template <class GivenUp>
    MC_HOST_DEVICE_CALL void with_variances(const State<Real>& y, Real all, GivenUp& given_up) {
        for (int i = 0; i < y.components; ++i) {
            if (given_up(work())) return;
            own_with_variances(y, i, all);
            target_of(y, i, Asked::all);
        }
    }

    // Row a of the products of what leads from mean i to the others.
    MC_HOST_DEVICE void difference_products(const State<Real>& y, int i, int a, const Rows<Real>& products) const {
        const auto other = [i](int l) { return l < i ? l : l + 1; };
        const int j = other(a);
        for (int b = 0; b < y.components - 1; ++b)
            products[a][b] = b > a ? Real(0.0) : (y.q(j, other(b)) - y.q(i, j)) + (y.q(i, i) - y.q(i, other(b)));
    }

    MC_HOST_DEVICE_CALL void by_nodes(const State<Real>& y, int i, Asked asked) {
        for (int k = 0; k < y.modes; ++k) base_[k] = y.m(i, k) + Real(problem_.logit_of_mode(k));
        Rows<Real> root = target_root_;
        if (y.variances > 0) {
            root = wide_root_;
            const Real scale = exp(Real(0.5) * y.log_variance(i));
            for (int k = 0; k < y.modes; ++k)
                for (int j = 0; j < problem_.rank; ++j) root[k][j] = target_root_[k][j] * scale;
        }
        Softmax<Real> x = {y.modes,   problem_.rank, base_, {root.first, root.columns},
                           target[i], Real(0.0),     logit_};
        SoftmaxMean<Real>(problem_.target, asked)(x);
        target_log[i] = x.log_sum;
        if (asked == Asked::all) spread[i] = x.spread;
    }

    // r and E_i log q of up to three components.
    MC_HOST_DEVICE void few_own(const State<Real>& y, Asked asked, Real all) {
        if (y.components == 3)
            overlaps_of<3>(y, asked);
        else if (y.components == 2)
            overlaps_of<2>(y, asked);
        else
            own[0][0] = Real(1.0), own_log[0] = Real(0.0);
        for (int i = 0; i < y.components; ++i)
            own_log[i] =
                asked == Asked::shares ? Real(0.0) : (y.log_weight(i) - all) + fma(Real(0.5), y.q(i, i), own_log[i]);
    }

    // Coordinates of the means about the first: the root of the products of what leads there from it.
    template <int count>
    MC_HOST_DEVICE void overlaps_of(const State<Real>& y, Asked asked) {
        constexpr int axes = count - 1;
        Real at[count][axes];
        for (int a = 0; a < axes; ++a) {
            at[0][a] = Real(0.0);
            for (int b = 0; b < axes; ++b)
                at[a + 1][b] = b > a ? Real(0.0) : (y.q(a + 1, b + 1) - y.q(0, a + 1)) + (y.q(0, 0) - y.q(0, b + 1));
        }
        Real(*covariance)[axes] = at + 1;
        semidefinite_root<Real>(covariance, axes);
        Overlaps<Real, count>(problem_.own, overlap_memory_)(at, &y.log_weight(0), asked, own, own_log);
    }

    MC_HOST_DEVICE static std::uint64_t lay_out(const Payload& problem, Real* memory, Expectations& e) {
        const int k = problem.components, modes = problem.modes, most = k > modes ? k : modes;
        Pieces<Real> pieces(memory);
        e.weight = pieces.take(k);
        e.own = pieces.rows(k, k);
        e.target = pieces.rows(k, modes);
        e.own_log = pieces.take(k);
        e.target_log = pieces.take(k);
        e.own_root_ = pieces.rows(k, k > 1 ? k - 1 : 1);
        e.target_root_ = pieces.rows(modes, problem.rank > 0 ? problem.rank : 1);
        e.base_ = pieces.take(most);
        e.share_ = pieces.take(most);
        const bool trained = trains_variances(problem);
        e.logit_ = pieces.take((trained ? 5 : 2) * most);
        if (trained) {
            e.push = pieces.rows(k, k);
            e.stretch = pieces.take(k);
            e.spread = pieces.take(k);
            e.variance_ = pieces.take(k);
            e.push_ = pieces.take(k);
            e.wide_root_ = pieces.rows(modes, e.target_root_.columns);
        }
        e.overlap_memory_ = pieces.take(k == 3 ? Overlaps<Real, 3>::words : k == 2 ? Overlaps<Real, 2>::words : 0);
        return pieces.used();
    }

    const Payload& problem_;
    Rows<Real> own_root_ = {}, target_root_ = {}, wide_root_ = {};
    Real *variance_ = nullptr, *push_ = nullptr;  // (K)
    Real *base_ = nullptr, *share_ = nullptr, *logit_ = nullptr, *overlap_memory_ = nullptr;
};

template <class Real>
class Field {
public:
    MC_HOST_DEVICE Field(const Payload& problem, Real* memory) : problem_(problem), expectations_(problem, memory) {
        Pieces<Real> pieces(memory ? memory + Expectations<Real>::words(problem) : nullptr);
        pull_q_ = pieces.rows(problem.components, problem.components);
        pull_m_ = pieces.rows(problem.components, problem.modes);
        slope_ = pieces.take(problem.components);
    }
    MC_HOST_DEVICE static std::uint64_t words(const Payload& problem) {
        const auto k = static_cast<std::uint64_t>(problem.components);
        return Expectations<Real>::words(problem) + k * (k + static_cast<std::uint64_t>(problem.modes) + 1);
    }

    // Rates at `y`, at inverse temperature beta.
    MC_HOST_DEVICE void operator()(const State<Real>& y, Real beta, const State<Real>& rate) {
        NeverGivenUp never;
        (*this)(y, beta, rate, never);
    }
    template <class GivenUp>
    MC_HOST_DEVICE_CALL void operator()(const State<Real>& y, Real beta, const State<Real>& rate, GivenUp& given_up) {
        Expectations<Real>& e = expectations_;
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
            rate.log_variance(i) =
                variance_rate(problem_, e.weight[i], fma(-beta, e.spread[i], free + e.stretch[i]));
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

    MC_HOST_DEVICE Expectations<Real>& expectations() { return expectations_; }

private:
    // aQ and aM, tangential where the radii are fixed.
    MC_HOST_DEVICE void gradients(const State<Real>& y, Real beta) {
        const Expectations<Real>& e = expectations_;
        const Rows<Real>& share = y.variances > 0 ? e.push : e.own;
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
    Expectations<Real> expectations_;
    Rows<Real> pull_q_, pull_m_;
    Real* slope_;
};

}  // namespace modecollapse::components
