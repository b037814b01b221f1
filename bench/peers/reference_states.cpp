// E f(Z) = (h / sqrt(2 pi)) sum_k f(k h) exp(-(k h)^2 / 2) with an error of the order exp(-2 pi a / h) for an integrand
// that is analytic in the strip |Im z| < a [Trefethen and Weideman, SIAM Review 56 (2014) 385]; here a = pi / (2 R) for
// T, and pi / sqrt(2 k) >= pi / (2 R) for c. At R = 1.5, h = 0.2 the error is 5e-15.
#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>
#include <cmath>

#include "bench/peers/fixed_horizon.hpp"
#include "modecollapse/mixture/expectation.hpp"

namespace modecollapse::bench {
namespace {

constexpr double step = 0.2, reach = 9.0;
constexpr double tight = 1e-13;

template <class Integrand>
double expectation(const Integrand& f, double x) {
    double sum = 0.0;
    for (double z = -reach; z < reach + 0.5 * step; z += step) sum += f(x, z) * std::exp(-0.5 * z * z);
    return sum * step / std::sqrt(2.0 * M_PI);
}

}  // namespace

std::vector<HorizonState> reference_states(const HorizonTask& task) {
    namespace odeint = boost::numeric::odeint;
    const double weight1 = task.problem.weight, weight2 = 1.0 - weight1, target = task.problem.target_weight;
    const AttractionIntegrand attraction = {task.problem.radius, 0.5 * std::log(target / (1.0 - target))};
    const OverlapIntegrand overlap = {task.problem.radius, weight1};
    const auto system = [&](const HorizonState& y, HorizonState& rate, double) {
        const double s = 1.0 - y[2], across1 = y[1] - s * y[0], across2 = y[0] - s * y[1];
        const double c = expectation(overlap, std::fmax(y[2], 0.0));
        const double pull1 = weight1 * expectation(attraction, y[0]), pull2 = weight2 * expectation(attraction, y[1]);
        rate = {-c * across1 + pull1 * (1.0 - y[0] * y[0]), -c * across2 + pull2 * (1.0 - y[1] * y[1]),
                2.0 * c * y[2] * (2.0 - y[2]) - pull1 * across1 - pull2 * across2};
    };
    std::vector<HorizonState> ends = task.starts;
    for (HorizonState& y : ends)
        odeint::integrate_adaptive(odeint::make_controlled<odeint::runge_kutta_fehlberg78<HorizonState>>(tight, tight),
                                   system, y, 0.0, task.horizon, 0.01);
    return ends;
}

}  // namespace modecollapse::bench
