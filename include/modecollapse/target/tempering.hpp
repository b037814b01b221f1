// Tempering: the inverse temperature beta(t) of the target, rising to 1 (PHYSICS section 4, [F26]).
//
//   exponential_temperature   beta = 1 / (1 + (T0 - 1) e^{-t/t0})
//   exponential_beta          beta = 1 - (1 - beta0) e^{-t/t0}
//   linear                    beta = beta0 + (1 - beta0) t/t0      until t0
//   geometric                 beta = beta0^{1 - t/t0}              until t0
//   adaptive                  beta is raised at t0, 2 t0, ... as far as the effective sample size allows
//                             (mixture/adaptive_tempering.hpp)
//
// beta0 = 1/T0. A constant inverse temperature is not a schedule: it is Problem::beta. Dimensionless time t; in sampled
// dynamics t = learning rate x steps. From the time on at which 1 - beta <= 1e-6, beta is set to 1: annealing_end()
// says when, and everything from there on is the untempered flow.
#pragma once

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

enum class Schedule {
    none = 0,
    exponential_temperature = 1,
    exponential_beta = 2,
    linear = 3,
    geometric = 4,
    adaptive = 5
};

inline constexpr const char* schedule_names[] = {
    "none", "exponential-temperature", "exponential-beta", "linear", "geometric", "adaptive"};

struct Annealing {
    Schedule schedule = Schedule::none;
    double initial_temperature = 1.0;  // T0 >= 1
    double time = 1.0;                 // t0 > 0; adaptive: between two raises of beta
    double target_ess = 0.5;           // adaptive: in (0, 1)
};

inline constexpr double annealing_tolerance = 1e-6;  // beta is set to 1 once 1 - beta <= this

// Is the target ever tempered? T0 = 1 is no tempering, whatever the schedule.
MC_HOST_DEVICE bool is_tempered(const Annealing& annealing) {
    return annealing.schedule != Schedule::none && annealing.initial_temperature > 1.0;
}

// Does beta depend on the trajectory, not on time alone?
MC_HOST_DEVICE bool is_adaptive(const Annealing& annealing) {
    return annealing.schedule == Schedule::adaptive && is_tempered(annealing);
}

// The schedule's formula at time t >= 0, before beta is set to 1 (for t up to annealing_end).
template <class Real>
MC_HOST_DEVICE Real schedule_formula(const Annealing& annealing, Real t) {
    const double temperature0 = annealing.initial_temperature;
    const double beta0 = 1.0 / temperature0;
    const Real one = Real(1.0);
    const Real elapsed = t * Real(1.0 / annealing.time);
    switch (annealing.schedule) {
        case Schedule::exponential_temperature:
            return one / fma(Real(temperature0 - 1.0), exp(-elapsed), one);
        case Schedule::exponential_beta:
            return fma(Real(beta0 - 1.0), exp(-elapsed), one);
        case Schedule::linear:
            return fma(Real(1.0 - beta0), elapsed, Real(beta0));
        case Schedule::geometric:
            return exp(Real(-log(temperature0)) * (one - elapsed));
        case Schedule::adaptive:  // not a function of time
        case Schedule::none:
            break;
    }
    return one;
}

// Time from which on beta is 1: zero without tempering. Not for the adaptive schedule, whose end depends on the
// trajectory (mixture/problem.hpp).
MC_HOST_DEVICE double annealing_end(const Annealing& annealing) {
    if (!is_tempered(annealing)) return 0.0;
    const double temperature0 = annealing.initial_temperature, beta0 = 1.0 / temperature0;
    const double e = annealing_tolerance;
    double end = 0.0;
    switch (annealing.schedule) {
        case Schedule::exponential_temperature:
            end = log((temperature0 - 1.0) * (1.0 - e) / e);
            break;
        case Schedule::exponential_beta:
            end = log((1.0 - beta0) / e);
            break;
        case Schedule::linear:
            end = 1.0 - e / (1.0 - beta0);
            break;
        case Schedule::geometric:
            end = 1.0 - log(1.0 / (1.0 - e)) / log(temperature0);
            break;
        case Schedule::adaptive:
        case Schedule::none:
            break;
    }
    return max(end, 0.0) * annealing.time;
}

// beta(t) under a schedule; 1 in the lanes that have ended it.
template <class Number, class Mask>
MC_HOST_DEVICE Number formula_or_one(const Annealing& annealing, const Mask& ended, Number t) {
    return select(ended, Number(1.0), schedule_formula(annealing, t));
}

// beta(t) under a schedule. end: annealing_end(annealing), computed once by the caller.
template <class Real>
MC_HOST_DEVICE Real inverse_temperature(const Annealing& annealing, double end, Real t) {
    return formula_or_one(annealing, t >= Real(end), t);
}

// beta at time t in an ensemble: by its schedule, or constant without one. Problem: a payload (GradientFlowPayload,
// SgdPayload) with `beta`, `annealing` and `annealing_end`.
template <class Problem, class Real>
MC_HOST_DEVICE Real beta_at(const Problem& problem, Real t) {
    return problem.annealing_end > 0.0 ? inverse_temperature(problem.annealing, problem.annealing_end, t)
                                       : Real(problem.beta);
}

}  // namespace modecollapse
