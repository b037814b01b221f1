// Optimizers and learning-rate schedules for trained families: one parameter's step, and what all parameters share at a
// step.
//
//   sgd    p <- p - eta g
//   adam   m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g^2,
//          p <- p - eta (m / (1 - b1^n)) / ( sqrt(v / (1 - b2^n)) + epsilon ),   n = 1, 2, ...
//          [Kingma and Ba, arXiv 1412.6980]
//   schedules: eta_n = eta, or the cosine eta (1 + cos(pi n / N)) / 2, n = 0 .. N-1
//          [Loshchilov and Hutter, arXiv 1608.03983]
//   clipping: g <- g min(1, bound / |g|), |g| over all parameters of the member
#pragma once

#include <cstdint>

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

enum class Optimizer { adam = 0, sgd = 1 };
inline constexpr const char* optimizer_names[] = {"adam", "sgd"};

enum class RateSchedule { constant = 0, cosine = 1 };
inline constexpr const char* rate_schedule_names[] = {"constant", "cosine"};

struct OptimizerSettings {
    Optimizer optimizer = Optimizer::adam;
    double learning_rate = 1e-3;
    RateSchedule schedule = RateSchedule::constant;
    double gradient_clip = 0.0;  // bound on the gradient's norm; 0: none
    double first_decay = 0.9, second_decay = 0.999, epsilon = 1e-8;
};

// Learning rate of step n = 0 .. steps-1.
MC_HOST_DEVICE double learning_rate_at(const OptimizerSettings& settings, std::uint64_t n, std::uint64_t steps) {
    if (settings.schedule == RateSchedule::constant) return settings.learning_rate;
    const double turn = 0.5 * static_cast<double>(n) / static_cast<double>(steps);
    return 0.5 * settings.learning_rate * (1.0 + sine_cosine_of_turn(turn).cosine);
}

// Factor of the gradient for its squared norm over all parameters.
MC_HOST_DEVICE double clip_factor(const OptimizerSettings& settings, double squared_norm) {
    const double bound = settings.gradient_clip;
    return bound > 0.0 && squared_norm > bound * bound ? bound / sqrt(squared_norm) : 1.0;
}

// The step of one parameter; the same object for all parameters of a step.
class DescentStep {
public:
    MC_HOST_DEVICE DescentStep(const OptimizerSettings& settings, std::uint64_t n, std::uint64_t steps, double clip)
        : settings_(settings), clip_(clip), rate_(learning_rate_at(settings, n, steps)) {
        const double count = static_cast<double>(n + 1);
        first_correction_ = 1.0 / (1.0 - exp(count * log(settings.first_decay)));
        second_correction_ = 1.0 / (1.0 - exp(count * log(settings.second_decay)));
    }

    // m, v: the moments of this parameter; untouched by sgd.
    template <class Real>
    MC_HOST_DEVICE Real operator()(Real p, Real gradient, Real& m, Real& v) const {
        const Real g = Real(clip_) * gradient;
        if (settings_.optimizer == Optimizer::sgd) return fma(Real(-rate_), g, p);
        m = fma(Real(settings_.first_decay), m, Real(1.0 - settings_.first_decay) * g);
        v = fma(Real(settings_.second_decay), v, Real(1.0 - settings_.second_decay) * (g * g));
        const Real size = sqrt(Real(second_correction_) * v) + Real(settings_.epsilon);
        return p - Real(rate_ * first_correction_) * m / size;
    }

private:
    OptimizerSettings settings_;
    double clip_, rate_, first_correction_, second_correction_;
};

}  // namespace modecollapse
