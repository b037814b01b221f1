// The densities of a VAE's model at given latents, and weighted sums of what is asked of its exact posterior (exact_posterior.hpp).
#pragma once

#include <vector>

#include "kernels/vae/exact_posterior.hpp"
#include "kernels/vae/posterior_sums.hpp"

namespace modecollapse::vae {

class PosteriorDensity {
public:
    explicit PosteriorDensity(const ExactInput& input)
        : in_(input),
          l_(static_cast<int>(input.problem->latent)),
          t_(static_cast<int>(input.problem->dimension)),
          classes_(static_cast<int>(classes_of(*input.problem))),
          gaussian_(input.problem->likelihood == Likelihood::gaussian),
          precision_(exp(-input.log_variance)) {}

    int latent() const { return l_; }
    int dimension() const { return t_; }
    int classes() const { return classes_; }

    double log_prior(const double* z, int y) const {
        double sum = 0.0;
        for (int i = 0; i < l_; ++i) {
            const double off = z[i] - prior_mean(y, i), b = prior_log_variance(y, i);
            sum -= 0.5 * (off * off * exp(-b) + b + log_two_pi);
        }
        return sum;
    }
    // log p(z); share: p(y|z) of every class.
    double log_prior_and_share(const double* z, double* share) const {
        if (classes_ == 1) {
            share[0] = 1.0;
            return log_prior(z, 0);
        }
        for (int y = 0; y < classes_; ++y) share[y] = log_prior(z, y);
        const double sum = log_of_sum(share, classes_);
        for (int y = 0; y < classes_; ++y) share[y] = exp(share[y] - sum);
        return sum - log(static_cast<double>(classes_));
    }
    double prior_mean(int y, int i) const { return in_.prior ? in_.prior[y * l_ + i] : 0.0; }
    double prior_log_variance(int y, int i) const { return in_.prior ? in_.prior[(classes_ + y) * l_ + i] : 0.0; }

    double log_likelihood(const double* x, const double* f) const {
        double sum = 0.0;
        if (gaussian_) {
            for (int i = 0; i < t_; ++i) sum += (x[i] - f[i]) * (x[i] - f[i]);
            return -0.5 * (sum * precision_ + t_ * (in_.log_variance + log_two_pi));
        }
        for (int i = 0; i < t_; ++i) sum += x[i] * f[i] - softplus(f[i]).value;
        return sum;
    }
    // S(x) - grad A(f).
    double score(double x, double f) const { return gaussian_ ? (x - f) * precision_ : x - softplus(f).first; }

private:
    const ExactInput& in_;
    int l_, t_, classes_;
    bool gaussian_;
    double precision_;
};

// Points that stand for a posterior: latents, and the decoder there.
struct PosteriorPoints {
    std::uint64_t count;
    const double *z, *f, *jacobian;  // (count, l), (count, t), (count, l, t)
    const double* share;             // (count, classes): p(y|z)
};

// One datum's posterior from the logarithms of its points' weights, of sum Z = E_p[p(x|z)^{1/beta}].
struct PosteriorSums {
    std::vector<double> mean, share;
    double kl, fisher, fisher_bound, effective;
};

inline PosteriorSums sums_of(const PosteriorDensity& density, const ExactInput& in, const double* x,
                             const PosteriorPoints& points, const std::vector<double>& log_weights, std::uint64_t first,
                             std::uint64_t stride) {
    const int l = density.latent(), t = density.dimension(), classes = density.classes();
    PosteriorSums out = {std::vector<double>(static_cast<std::size_t>(l)),
                         std::vector<double>(static_cast<std::size_t>(classes)),
                         0.0,
                         0.0,
                         0.0,
                         0.0};
    std::vector<double> score(static_cast<std::size_t>(t));
    const WeightSums weights = weigh_points(log_weights, first, stride, [&](std::uint64_t j, double w) {
        const double *z = points.z + j * l, *f = points.f + j * t, *jacobian = points.jacobian + j * l * t;
        for (int i = 0; i < l; ++i) out.mean[i] += w * z[i];
        for (int y = 0; y < classes; ++y) out.share[y] += w * points.share[j * classes + y];
        out.kl += w * density.log_likelihood(x, f) / in.beta;
        double length = 0.0, image = 0.0;
        for (int k = 0; k < t; ++k) {
            score[k] = density.score(x[k], f[k]);
            length += score[k] * score[k];
        }
        for (int i = 0; i < l; ++i) {
            double product = 0.0;
            for (int k = 0; k < t; ++k) product += jacobian[i * t + k] * score[k];
            image += product * product;
        }
        out.fisher += w * image / (in.beta * in.beta);
        out.fisher_bound += w * length * in.constant * in.constant / (in.beta * in.beta);
    });
    for (double* sum : {&out.kl, &out.fisher, &out.fisher_bound}) *sum /= weights.total;
    for (std::vector<double>* sums : {&out.mean, &out.share})
        for (double& sum : *sums) sum /= weights.total;
    out.kl -= weights.log_total() + log(static_cast<double>(stride));
    out.effective = weights.effective();
    return out;
}

}  // namespace modecollapse::vae
