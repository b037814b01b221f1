// The stochastic gradient of one batch from sums over its samples: PHYSICS section 6, all estimators ([R17] for
// pathwise).
//
//   pathwise         g_i = w_i mean_b [ (beta-1) x + r1 mu1 + r2 mu2 - beta mu* tanh(<mu*,x> + h*) ]
//   reparameterized  pathwise + sum_j w_j mean_b [ r_i(x_jb) (x_jb - mu_i) ]
//   score            sum_j w_j mean_b [ r_i(x_jb) (x_jb - mu_i) (f_jb - baseline_jb) ]
//
// Written with x_jb = mu_j + z_jb, every one of them is
//
//   g_i = a_i1 mu1 + a_i2 mu2 + a_i* mu* + sum_jb c_ijb z_jb
//   c_ijb = p_ijb - beta_j n_ijb,     p, n: functions of sample jb alone
//
//                    w = w_j / B            p_ijb                          n_ijb
//   pathwise                                w (beta-1) [i = j]             0
//   reparameterized                         w (r_i + (beta-1) [i = j])     0
//   score                                   w alpha_j f r_i                w r_i
//
// Leave-one-out baseline, over the whole mixture: f_jb - w_j (S_j - f_jb) / (B-1) - w_l S_l / B = alpha_j f_jb - beta_j
// with S_j = sum_b f_jb, alpha_j = 1 + w_j / (B-1), beta_j = w_j S_j / (B-1) + w_l S_l / B. No baseline: alpha = 1,
// beta = 0. D_hat = mean_b f_1b - mean_b f_2b is the derivative of the objective along w1 (mixture/weights.hpp).
#pragma once

#include "modecollapse/sgd/sample_terms.hpp"

namespace modecollapse {

// What a sample's z is multiplied by in the two gradients.
template <class Real>
struct SampleCoefficients {
    Real p[2];
    Real n[2];  // leave-one-out only
};

// Symmetric 2 x 2 matrix.
template <class Real>
struct SymmetricPair {
    Real xx, xy, yy;
};

// The part of g_i / R that lies along the means and the mode, and what else the sums tell.
template <class Real>
struct GradientCoefficients {
    Real mean[2][2];                // a_i1, a_i2
    Real mode[2];                   // a_i*
    Real baseline[2];               // beta_j
    Real difference;                // D_hat
    SymmetricPair<Real> square[2];  // by stratum: sum_b c_ijb c_ljb
};

// Means over one stratum of a batch, and expectations of one sample.
template <class Real>
struct BatchMeans {
    Real r1, tanh, f;
    Real z[3], r1_z[3];            // along the axes of a frame
    Real expected_r1, r1_squared;  // E r1, E r1^2
};

template <class Real, SgdProgram kind>
class BatchSums {
public:
    static constexpr bool has_noise = kind != SgdProgram::plain;  // are there coefficients of z?

    MC_HOST_DEVICE BatchSums(const SgdPayload& problem, const OrderParameters<Real>& y, const Weights<Real>& weights,
                             Real log_odds, double beta)
        : law_(problem, y, weights, log_odds, beta), beta_(beta), batch_(static_cast<double>(problem.batch)) {
        leave_one_out_ = kind == SgdProgram::score && problem.baseline == Baseline::leave_one_out;
        needs_f_ = kind == SgdProgram::score || problem.geometry != WeightGeometry::fixed;
        const Real weight[2] = {weights.first, weights.second};
        for (int j = 0; j < 2; ++j) {
            weight_[j] = weight[j];
            share_[j] = weight[j] * Real(1.0 / batch_);
            alpha_[j] = leave_one_out_ ? fma(weight[j], Real(1.0 / (batch_ - 1.0)), Real(1.0)) : Real(1.0);
        }
    }

    MC_HOST_DEVICE const SampleLaw<Real>& law() const { return law_; }
    MC_HOST_DEVICE bool leave_one_out() const { return leave_one_out_; }

    // What a sample of stratum j contributes.
    template <int j>
    MC_HOST_DEVICE SampleTerms<Real> terms(const SampleProjections<Real>& z) const {
        return law_.template terms<j>(z, kind != SgdProgram::plain && needs_f_);
    }

    // Adds a sample of stratum j; returns what its z is multiplied by.
    template <int j>
    MC_HOST_DEVICE SampleCoefficients<Real> add(const SampleTerms<Real>& terms) {
        SampleCoefficients<Real> c = {};
        r1_[j] = r1_[j] + terms.r1;
        tanh_[j] = tanh_[j] + terms.tanh;
        if constexpr (kind != SgdProgram::plain) {
            f_[j] = f_[j] + terms.f;
            const Real r[2] = {terms.r1, Real(1.0) - terms.r1};
            for (int i = 0; i < 2; ++i) {
                if constexpr (kind == SgdProgram::score) {
                    c.n[i] = share_[j] * r[i];
                    c.p[i] = alpha_[j] * terms.f * c.n[i];
                } else {
                    const Real tempering = Real(i == j ? beta_ - 1.0 : 0.0);
                    c.p[i] = share_[j] * (kind == SgdProgram::pathwise ? tempering : r[i] + tempering);
                }
            }
            if constexpr (kind == SgdProgram::score) r1_f_[j] = fma(terms.r1, terms.f, r1_f_[j]);
            add_product(pp_[j], c.p, c.p);
            if (kind == SgdProgram::score && leave_one_out_) {
                add_product(pn_[j], c.p, c.n);
                pn_[j].xy = fma(c.n[0], c.p[1], pn_[j].xy);
                add_product(nn_[j], c.n, c.n);
            }
        }
        return c;
    }

    // Adds the sums of the same batch over other samples (made with the same arguments).
    MC_HOST_DEVICE void add(const BatchSums& other) {
        for (int j = 0; j < 2; ++j) {
            r1_[j] = r1_[j] + other.r1_[j];
            tanh_[j] = tanh_[j] + other.tanh_[j];
            f_[j] = f_[j] + other.f_[j];
            r1_f_[j] = r1_f_[j] + other.r1_f_[j];
        }
    }

    // Instead of samples: means over stratum j of the batch. Adds sum_b c_ijb z_jb to noise[i] along the axes of z. Not
    // for the kind score.
    template <int j, int axes>
    MC_HOST_DEVICE void set_means(const BatchMeans<Real>& mean, Real (&noise)[2][axes]) {
        static_assert(kind != SgdProgram::score, "its coefficients contain f");
        const Real samples = Real(batch_), one = Real(1.0);
        r1_[j] = samples * mean.r1;
        tanh_[j] = samples * mean.tanh;
        f_[j] = samples * mean.f;
        if constexpr (kind != SgdProgram::plain) {
            const bool with_r = kind == SgdProgram::reparameterized;
            const Real tempering[2] = {Real(j == 0 ? beta_ - 1.0 : 0.0), Real(j == 1 ? beta_ - 1.0 : 0.0)};
            for (int i = 0; i < 2; ++i)
                for (int k = 0; k < 3; ++k) {
                    const Real r_z = !with_r ? Real(zero) : i == 0 ? mean.r1_z[k] : mean.z[k] - mean.r1_z[k];
                    noise[i][k] = fma(weight_[j], fma(tempering[i], mean.z[k], r_z), noise[i][k]);
                }
            // E (r_i + t_i) (r_l + t_l)
            const Real a = with_r ? mean.expected_r1 : Real(zero), aa = with_r ? mean.r1_squared : Real(zero);
            const Real first = tempering[0], second = tempering[1] + (with_r ? one : Real(zero));  // r2 = 1 - r1
            const Real scale = samples * share_[j] * share_[j];
            pp_[j].xx = scale * fma(first, fma(Real(2.0), a, first), aa);
            pp_[j].xy = scale * fma(first, second, fma(second - first, a, -aa));
            pp_[j].yy = scale * fma(second, fma(Real(-2.0), a, second), aa);
        }
    }

    // Once all 2 B samples are in.
    MC_HOST_DEVICE GradientCoefficients<Real> coefficients() const {
        GradientCoefficients<Real> a = {};
        const Real samples = Real(batch_);
        for (int j = 0; j < 2; ++j)
            if (leave_one_out_)
                a.baseline[j] = fma(weight_[j] * Real(1.0 / (batch_ - 1.0)), f_[j],
                                    weight_[1 - j] * Real(1.0 / batch_) * f_[1 - j]);
        for (int i = 0; i < 2; ++i) {
            if constexpr (kind != SgdProgram::score) {
                a.mean[i][0] = share_[i] * r1_[i];
                a.mean[i][1] = share_[i] * (samples - r1_[i]);
                a.mean[i][i] = fma(weight_[i], Real(beta_ - 1.0), a.mean[i][i]);
                a.mode[i] = Real(-beta_) * share_[i] * tanh_[i];
            }
            // sum_b r_i(x_jb) (f_jb - baseline_jb), or without the bracket, in the other stratum: it multiplies mu_j -
            // mu_i
            const int j = 1 - i;
            const Real r = i == 0 ? r1_[j] : samples - r1_[j];
            Real sum = Real(0.0);
            if constexpr (kind == SgdProgram::reparameterized) sum = r;
            if constexpr (kind == SgdProgram::score)
                sum = alpha_[j] * (i == 0 ? r1_f_[j] : f_[j] - r1_f_[j]) - a.baseline[j] * r;
            a.mean[i][j] = fma(share_[j], sum, a.mean[i][j]);
            a.mean[i][i] = fma(-share_[j], sum, a.mean[i][i]);
        }
        a.difference = (f_[0] - f_[1]) * Real(1.0 / batch_);
        for (int j = 0; j < 2; ++j) {
            const Real b = a.baseline[j];
            a.square[j].xx = fma(b * b, nn_[j].xx, fma(Real(-2.0) * b, pn_[j].xx, pp_[j].xx));
            a.square[j].xy = fma(b * b, nn_[j].xy, fma(-b, pn_[j].xy, pp_[j].xy));
            a.square[j].yy = fma(b * b, nn_[j].yy, fma(Real(-2.0) * b, pn_[j].yy, pp_[j].yy));
        }
        return a;
    }

private:
    MC_HOST_DEVICE static void add_product(SymmetricPair<Real>& sum, const Real* a, const Real* b) {
        sum.xx = fma(a[0], b[0], sum.xx);
        sum.xy = fma(a[0], b[1], sum.xy);
        sum.yy = fma(a[1], b[1], sum.yy);
    }

    SampleLaw<Real> law_;
    double beta_, batch_;
    bool leave_one_out_, needs_f_;
    Real weight_[2], share_[2], alpha_[2];
    static constexpr double zero = 0.0;
    Real r1_[2] = {Real(zero), Real(zero)}, tanh_[2] = {Real(zero), Real(zero)}, f_[2] = {Real(zero), Real(zero)},
         r1_f_[2] = {Real(zero), Real(zero)};
    SymmetricPair<Real> pp_[2] = {}, pn_[2] = {}, nn_[2] = {};
};

}  // namespace modecollapse
