// Boost.odeint as its documentation has it: integrate_adaptive with a controlled stepper, Dormand and Prince's pair, or
// Fehlberg's 7(8).
#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>

#include "bench/peers/closed_field.hpp"
#include "bench/peers/fixed_horizon.hpp"

namespace modecollapse::bench {
namespace {

namespace odeint = boost::numeric::odeint;

using Dopri5 = odeint::runge_kutta_dopri5<HorizonState>;
using Fehlberg78 = odeint::runge_kutta_fehlberg78<HorizonState>;

template <class Stepper, class Field>
std::vector<HorizonState> integrate(const HorizonTask& task, double tolerance, const Field& field) {
    const auto system = [&](const HorizonState& y, HorizonState& rate, double) { field(y, rate); };
    std::vector<HorizonState> ends = task.starts;
    for (HorizonState& y : ends)
        odeint::integrate_adaptive(odeint::make_controlled<Stepper>(absolute_tolerance(task, tolerance), tolerance),
                                   system, y, 0.0, task.horizon, task.fast->integrator.first_step);
    return ends;
}

template <class Stepper>
std::vector<HorizonState> run_quadrature(const HorizonTask& task, double tolerance) {
    return integrate<Stepper>(task, tolerance, StrictQuadratureFlow(task.problem));
}

template <class Stepper>
std::vector<HorizonState> run_fast_math(const HorizonTask& task, double tolerance) {
    return integrate<Stepper>(task, tolerance, FastMathQuadratureFlow(task.problem));
}

template <class Stepper>
std::vector<HorizonState> run_polynomials(const HorizonTask& task, double tolerance) {
    return integrate<Stepper>(task, tolerance, FastFlow{*task.fast});
}

}  // namespace

std::vector<HorizonSolver> odeint_solvers() {
    return {{"Boost.odeint", "dopri5", "quadrature", run_quadrature<Dopri5>},
            {"Boost.odeint", "fehlberg78", "quadrature", run_quadrature<Fehlberg78>},
            {"Boost.odeint -ffast-math", "dopri5", "quadrature", run_fast_math<Dopri5>},
            {"Boost.odeint", "dopri5", "polynomials", run_polynomials<Dopri5>},
            {"Boost.odeint", "fehlberg78", "polynomials", run_polynomials<Fehlberg78>}};
}

}  // namespace modecollapse::bench
