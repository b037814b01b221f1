// All expectations of one state of K components, by the rules of expectation.hpp, overlaps.hpp, variances.hpp and
// target_table.hpp: what the field is made of (field.hpp has the formulas).
#pragma once

#include "modecollapse/components/expectation.hpp"
#include "modecollapse/components/sizes.hpp"
#include "modecollapse/components/target_table.hpp"
#include "modecollapse/components/variances.hpp"
#include "modecollapse/numbers/semidefinite_root.hpp"

namespace modecollapse::components {

// With what they are computed in.
template <class Real, class ProgramSizes = AnySizes>
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
        VarianceMean<Real> x = {
            y.components, {covariance.first, rank}, base_, variance_, share_, push_, Real(0.0), Real(0.0), logit_};
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
        SoftmaxMean<Real, ProgramSizes::components>(problem_.own, asked)(x);
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

    Real* weight = nullptr;  // (K)
    Rows<Real> push = {};    // p (K, K), and below stretch and v_i T_i (K): with trained variances
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
        Softmax<Real> x = {y.modes, problem_.rank, base_, {root.first, root.columns}, target[i], Real(0.0), logit_};
        SoftmaxMean<Real, ProgramSizes::modes>(problem_.target, asked)(x);
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

}  // namespace modecollapse::components
