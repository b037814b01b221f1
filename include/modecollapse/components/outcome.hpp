// What has become of K components at the horizon: COMPONENTS.
//
// A component counts when its weight is at least floor x 2/K. It sits on the mode whose squared distance |mu_i - nu_k|^2 =
// Q_ii - 2 M_ik + G_kk is the smallest, if that is below near_k. Tested in this order: `failed`; `covered` when min(K,
// K*) modes carry a counted component, wherever the others are; `undecided` when some counted component sits nowhere;
// `lost_j`, j = min(K, K*) - modes covered.
//
//   share of mode k in q        q_k = sum_i w_i rho_ik
//   entropic mode coverage      -sum_k q_k log q_k / log K*      (none for K* = 1)
//   mode-weight error           (1/2) sum_k |om_k - q_k|
//   mean log variance           sum_i w_i log v_i                (0 unless they are trained)
#pragma once

#include "modecollapse/components/field.hpp"
#include "modecollapse/target/mode_coverage.hpp"

namespace modecollapse::components {

enum class Outcome : std::uint8_t { covered, lost, undecided, failed };

struct Ending {
    Outcome outcome;
    int covered;  // modes; -1: the member was given up
    int strays;   // counted components that sit nowhere
};
struct Quantities {
    double coverage;  // entropic; NaN for K* = 1
    double weight_error;
    double log_variance;
};

inline constexpr double most_log_variance = 100.0;  // beyond, training has run away

MC_HOST_DEVICE bool is_sound(const State<double>& y) {
    for (int i = 0; i < y.size(); ++i)
        if (!(abs(y.at(i)) <= 1e100)) return false;
    for (int i = 0; i < y.components; ++i)
        if (!(y.q(i, i) >= 0.0)) return false;
    for (int i = 0; i < y.variances; ++i)
        if (!(abs(y.log_variance(i)) <= most_log_variance)) return false;
    return true;
}

// Mode on which component i sits, or -1.
MC_HOST_DEVICE int seat_of(const Payload& problem, const State<double>& y, int i) {
    int nearest = 0;
    double least = 0.0;
    for (int k = 0; k < y.modes; ++k) {
        const double distance2 = y.q(i, i) - 2.0 * y.m(i, k) + problem.gram[k * y.modes + k];
        if (k > 0 && !(distance2 < least)) continue;
        nearest = k;
        least = distance2;
    }
    return least < problem.near[nearest] ? nearest : -1;
}

// weight: (K), scratch.
MC_HOST_DEVICE Ending ending_of(const Payload& problem, const State<double>& y, double* weight) {
    if (!is_sound(y)) return {Outcome::failed, 0, 0};
    weights_of(y, weight);
    std::uint64_t seats = 0;
    Ending end = {Outcome::lost, 0, 0};
    for (int i = 0; i < y.components; ++i) {
        if (!(weight[i] >= problem.weight_floor * 2.0 / y.components)) continue;
        const int seat = seat_of(problem, y, i);
        if (seat < 0)
            ++end.strays;
        else
            seats |= std::uint64_t{1} << seat;
    }
    for (; seats != 0; seats &= seats - 1) ++end.covered;
    if (end.covered == (y.components < y.modes ? y.components : y.modes))
        end.outcome = Outcome::covered;
    else if (end.strays > 0)
        end.outcome = Outcome::undecided;
    return end;
}

template <class GivenUp>
MC_HOST_DEVICE Quantities quantities_of(const Payload& problem, const State<double>& y, Expectations<double>& e,
                                        GivenUp& given_up) {
    weights_of(y, e.weight);
    for (int i = 0; i < y.components && !given_up(e.work()); ++i) e.target_of(y, i, Asked::shares);
    Quantities result = {0.0, 0.0, 0.0};
    for (int i = 0; i < y.variances; ++i)
        result.log_variance = fma(e.weight[i], y.log_variance(i), result.log_variance);
    for (int k = 0; k < y.modes; ++k) {
        double share = 0.0;
        for (int i = 0; i < y.components; ++i) share = fma(e.weight[i], e.target[i][k], share);
        result.coverage += mode_entropy_of(share);
        result.weight_error += mode_weight_error_of(exp(problem.log_target[k]), share);
    }
    result.coverage = entropic_coverage_of(result.coverage, y.modes);
    return result;
}
MC_HOST_DEVICE Quantities quantities_of(const Payload& problem, const State<double>& y, Expectations<double>& e) {
    NeverGivenUp never;
    return quantities_of(problem, y, e, never);
}

}  // namespace modecollapse::components
