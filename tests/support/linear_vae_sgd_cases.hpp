// SGD on linear VAEs against their closed equations: the cases of POSTERIOR part A, and how far the two are apart.
#pragma once

#include <cmath>
#include <cstdlib>
#include <functional>

#include "tests/support/bounds.hpp"
#include "tests/support/linear_vae_members.hpp"

namespace modecollapse::support {

// More in the longer versions of the tests (label validation).
inline std::uint64_t members_of_a_cell(std::uint64_t usual) {
    const char* asked = std::getenv("MODECOLLAPSE_VALIDATION_MEMBERS");
    return asked ? static_cast<std::uint64_t>(std::atoll(asked)) : usual;
}

// The four cases of the derivation at N = 500: W and V of standard deviation .5 plus overlap x W*, to steps/N = 16.
struct VaeSgdCase {
    VaePayload problem;
    double overlap;
};

inline std::vector<VaeSgdCase> vae_sgd_cases() {
    struct Row {
        int latent, signal;
        double rho, eta, tau, tau_d, decay;
        std::uint64_t batch;
        double beta, overlap;
    };
    const Row rows[] = {{1, 1, 1, 1, .5, .5, 0, 1, 1, .2},
                        {1, 1, 1, 1, .2, .2, 0, 1, 2.5, .5},
                        {3, 2, 1.5, .5, .4, .3, .1, 4, .5, .2},
                        {2, 1, 1, .5, .4, .4, 0, 1, 1.01, .2}};
    std::vector<VaeSgdCase> result;
    for (const Row& row : rows) {
        VaePayload p;
        p.latent = row.latent;
        p.signal = row.signal;
        p.signal_variance = row.rho;
        p.noise_variance = row.eta;
        p.learning_rate = row.tau;
        p.encoder_variance_rate = row.tau_d / row.tau;
        p.weight_decay = row.decay;
        p.batch = row.batch;
        p.kl_weight.end = row.beta;
        if (row.beta == 1.01) {  // min(1, t/8) + .01, t = steps/N
            p.kl_weight.annealing = linear_vae::Annealing::linear;
            p.kl_weight.initial = .01;
            p.kl_weight.time = 8.0 * row.tau;
        }
        p.dimension = 500.0;
        p.horizon = 16.0 * row.tau;
        result.push_back({p, row.overlap});
    }
    return result;
}

// W = .5 x normal + overlap x W*: the drawn start with s0 = .5, moved along W*.
inline VaeState moved_start(const VaeSgdCase& c, std::uint64_t id) {
    VaePayload p = c.problem;
    p.start_scale = .5;
    VaeState y = support::drawn_start(p, 31, id);
    const VaeState drawn = y;
    const auto shift = [&](int a, int k) { return a == k ? c.overlap : 0.0; };
    for (int a = 0; a < p.latent; ++a) {
        for (int k = 0; k < p.signal; ++k) {
            y.m(a, k) += shift(a, k);
            y.d(a, k) += shift(a, k);
        }
        for (int b = 0; b < p.latent; ++b)
            for (int k = 0; k < p.signal; ++k) {
                const double both = shift(a, k) * shift(b, k);
                if (b <= a) y.q(a, b) += shift(a, k) * drawn.m(b, k) + drawn.m(a, k) * shift(b, k) + both;
                if (b <= a) y.e(a, b) += shift(a, k) * drawn.d(b, k) + drawn.d(a, k) * shift(b, k) + both;
                y.r(a, b) += shift(a, k) * drawn.d(b, k) + drawn.m(a, k) * shift(b, k) + both;
            }
    }
    return y;
}

// The order parameters of SGD less those of the closed equations, at the horizon and from the same starts: a mean and its
// standard error each.
using VaeOde = std::function<void(const std::vector<double>& starts, std::vector<double>& ends)>;
inline std::vector<SampleMean> deviations(const VaeSgdCase& c, linear_vae::Dynamics sampler, const VaeOde& ode,
                                          std::uint64_t members) {
    VaePayload sgd = c.problem;
    sgd.dynamics = sampler;
    support::set_steps(sgd);
    const auto size = static_cast<std::size_t>(linear_vae::size_of_state(sgd));
    std::vector<double> starts(members * size), a(members * size), b(members * size);
    for (std::uint64_t i = 0; i < members; ++i) std::copy_n(moved_start(c, i).value, size, &starts[i * size]);
    linear_vae::run_on_cpu({&sgd, 31, 0, members, starts.data()}, {a.data()}, {2, best_cpu_isa()});
    ode(starts, b);
    std::vector<SampleMean> result(size);
    for (std::size_t k = 0; k < size; ++k)
        for (std::uint64_t i = 0; i < members; ++i) result[k].add(a[i * size + k] - b[i * size + k]);
    return result;
}

inline VaeOde closed_equations(VaePayload problem) {
    problem.dynamics = linear_vae::Dynamics::flow_noise;
    return [problem](const std::vector<double>& starts, std::vector<double>& ends) {
        const std::uint64_t members = starts.size() / static_cast<std::size_t>(linear_vae::size_of_state(problem));
        linear_vae::run_on_cpu({&problem, 31, 0, members, starts.data()}, {ends.data()}, {2, best_cpu_isa()});
    };
}

// Largest |z| over the order parameters. What hardly varies, as a pinned Q, is held against the terms of order 1/N that
// the closed equations leave out.
inline double largest_deviation(const VaeSgdCase& c, linear_vae::Dynamics sampler, const VaeOde& ode,
                                std::uint64_t members) {
    double largest = 0.0;
    for (const SampleMean& one : deviations(c, sampler, ode, members))
        largest =
            std::max(largest, std::abs(one.mean()) / std::hypot(one.standard_error(), 0.01 / c.problem.dimension));
    return largest;
}
inline double largest_deviation(const VaeSgdCase& c, linear_vae::Dynamics sampler, const VaePayload& ode,
                                std::uint64_t members) {
    return largest_deviation(c, sampler, closed_equations(ode), members);
}

}  // namespace modecollapse::support
