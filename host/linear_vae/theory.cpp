#include "host/linear_vae/theory.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "host/linear_vae/crossing.hpp"
#include "host/linear_vae/fixed_points.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse::linear_vae {
namespace {

constexpr double smallest_kl_weight = 1e-6;  // of the option

// Half the width of the starts that are still collapsed at the horizon, in standard deviations times sqrt 2, but for
// e^{-r T}.
double collapsed_width(const Payload& p) {
    const double a = total_variance(p), r = plateau_rate(p), f = p.activity_floor, end = 1.0 - p.kl_weight.end / a;
    const double e = (1.0 + r) / std::hypot(a, 1.0 + r);
    return std::sqrt(f * p.dimension / (2.0 * a * (1.0 - f / end))) / (p.start_scale * e);
}

bool ever_active(const Payload& p) { return p.activity_floor < 1.0 - p.kl_weight.end / total_variance(p); }

void require_closed_form(const Payload& p) {
    require(p.latent == 1 && p.signal == 1,
            "the closed form with latent-dimension = " + std::to_string(p.latent) +
                " and signal-dimension = " + std::to_string(p.signal),
            "1 of each");
    require(p.inverse_lipschitz == 0.0, "the closed form with inverse-lipschitz", p.inverse_lipschitz, "0");
    require(p.weight_decay == 0.0, "the closed form with weight-decay", p.weight_decay, "0");
    require(p.kl_weight.annealing == Annealing::constant, "the closed form with annealing", "constant");
    require(p.dynamics == Dynamics::flow, "the closed form with a learning rate", "dynamics flow");
    require(p.kl_weight.end > p.noise_variance, "the closed form with kl-weight", p.kl_weight.end,
            "above the noise variance: below it noise is active too");
}

// Growth of noise alone around the collapsed state: rates of (Q, E, R) at m = d = 0.
double noise_rate(const Payload& p, double beta) {
    const double eta = p.noise_variance, lam = p.weight_decay;
    const double n = p.dynamics == Dynamics::flow ? 0.0 : p.learning_rate * eta / static_cast<double>(p.batch);
    Eigen::Matrix3d rates;
    rates << -2.0 * (1.0 + lam), n * eta, 2.0 * eta,                                                  //
        n * eta, n * beta * beta * eta - 2.0 * beta * eta - 2.0 * lam, 2.0 * eta * (1.0 - n * beta),  //
        eta, eta * (1.0 - n * beta), n * eta - 1.0 - beta * eta - 2.0 * lam;
    return Eigen::EigenSolver<Eigen::Matrix3d>(rates, false).eigenvalues().real().maxCoeff();
}

// The largest KL weight at which a fixed point is active. Its activity need not be monotone: from above down to the
// first step with one.
double decayed_boundary(Payload p) {
    const double v = total_variance(p), lam = p.weight_decay, stretch = p.inverse_lipschitz;
    const auto excess = [&](double beta) {
        p.kl_weight.end = beta;
        return p.activity_floor - most_learned(p, v).activity;
    };
    // there is no learned value above the first, no activity of a stretched one above the second
    const double learned = (v + std::sqrt(v * v + 4.0 * lam * (1.0 + lam))) / (2.0 * (1.0 + lam));
    const double top = std::max(learned, stretch * std::sqrt(v / p.activity_floor) - stretch * stretch - lam / v);
    constexpr int steps = 4000;
    for (int i = steps - 1; i >= 0 && top > smallest_kl_weight; --i)
        if (const double low = std::max(top * i / steps, smallest_kl_weight); excess(low) < 0.0)
            return crossing(excess, low, top * (i + 1) / steps);
    return 0.0;
}

}  // namespace

bool learns_noise(const Payload& p) {
    return p.noise_variance > 0.0 &&
           overlap_rate(p.noise_variance, latent_on(p, nothing_learned), p.weight_decay) >= 0.0;
}

double plateau_rate(const Payload& p) {
    const bool stretched = p.inverse_lipschitz > 0.0;
    return overlap_rate(total_variance(p), latent_on(p, stretched ? p.noise_variance : nothing_learned),
                        p.weight_decay);
}

double collapse_probability(const Payload& p) {
    require_closed_form(p);
    if (!ever_active(p)) return 1.0;
    return std::erf(collapsed_width(p) * std::exp(-plateau_rate(p) * p.horizon));
}

double median_time_to_activity(const Payload& p) {
    require_closed_form(p);
    if (!ever_active(p)) return std::numeric_limits<double>::infinity();
    return std::max(std::log(collapsed_width(p) / boost::math::erf_inv(0.5)) / plateau_rate(p), 0.0);
}

CriticalKlWeight critical_kl_weight(Payload p, double level) {
    require(level > 0.0 && level < 1.0, "level", level, "above 0, below 1");
    const auto excess = [&](double beta) {
        p.kl_weight.end = beta;
        return collapse_probability(p) - level;
    };
    const double low = std::max(p.noise_variance * (1.0 + 1e-12), 1e-12);
    const double high = total_variance(p) * (1.0 - p.activity_floor);
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    if (high <= low || excess(low) >= 0.0) return {CriticalKlWeight::Status::below_range, nothing};
    return {CriticalKlWeight::Status::found, crossing(excess, low, high)};
}

double boundary_kl_weight(const Payload& p) {
    if (p.weight_decay > 0.0) return decayed_boundary(p);
    const double a = total_variance(p), f = p.activity_floor, stretch = p.inverse_lipschitz;
    if (stretch <= std::sqrt(f * a)) return std::max(a * (1.0 - f), 0.0);
    return std::max(stretch * std::sqrt(a / f) - stretch * stretch, 0.0);
}

double superfluous_kl_weight(const Payload& p) {
    if (p.noise_variance == 0.0) return 0.0;
    const auto falling = [&](double beta) { return -noise_rate(p, beta); };
    double high = 2.0 * p.noise_variance;
    // a learning rate beyond stability has no such weight
    while (falling(high) < 0.0 && high < 1e6) high *= 2.0;
    if (high >= 1e6) return std::numeric_limits<double>::infinity();
    if (falling(0.0) > 0.0) return 0.0;
    return crossing(falling, 0.0, high);
}

double stable_collapse_kl_weight(const Payload& p) {
    const double a = total_variance(p), lam = p.weight_decay;
    return std::max((a * a / (1.0 + lam) - lam) / a, 0.0);
}

}  // namespace modecollapse::linear_vae
