// The inverse-Lipschitz constraint of a linear VAE: the projected flow against SGD with the lift after each step.
#include <gtest/gtest.h>

#include "tests/support/linear_vae_sgd_cases.hpp"

namespace modecollapse {
namespace {

using linear_vae::Dynamics;
using support::largest_deviation;
using support::members_of_a_cell;
using support::SampleMean;
using support::VaePayload;
using support::VaeState;

// Wrong projections, in small steps of their own: every pinned eigenvector by itself, though they are pinned together; or
// R left out of it. Without the lift between steps, which would mend both.
enum class Projection { right, one_by_one, without_r };

void project_by_hand(double constant, Projection projection, const VaeState& y, VaeState& rate) {
    constexpr int most = linear_vae::most_directions;
    const int latent = y.latent();
    double q[most][most], u[most][most];
    for (int a = 0; a < latent; ++a)
        for (int b = 0; b < latent; ++b) q[a][b] = y.q(a, b);
    symmetric_eigen(q, u, latent);
    const VaeState free = rate;
    for (int k = 0; k < latent; ++k) {
        if (q[k][k] > constant * constant * (1.0 + linear_vae::pinned_margin)) continue;
        double z = 0.0;
        for (int a = 0; a < latent; ++a)
            for (int b = 0; b < latent; ++b) z += 0.5 * u[a][k] * free.q(a, b) * u[b][k];
        z = std::min(z, 0.0) / (constant * constant);
        const auto of_k = [&](int a, int b) { return z * u[a][k] * u[b][k]; };
        for (int a = 0; a < latent; ++a)
            for (int b = 0; b < latent; ++b) {
                for (int i = 0; i < y.signal(); ++i) rate.m(a, i) -= of_k(a, b) * y.m(b, i);
                for (int c = 0; c < latent; ++c) rate.r(a, c) -= of_k(a, b) * y.r(b, c);
                for (int c = 0; c <= a; ++c) rate.q(a, c) -= of_k(a, b) * y.q(b, c) + of_k(c, b) * y.q(b, a);
            }
    }
    if (projection == Projection::one_by_one) return;
    VaeState projected = free;
    linear_vae::project(constant, y, projected);
    for (int i = 0; i < y.size(); ++i)
        if (projection == Projection::right || i < y.r_at(0, 0) || i >= y.variance_at(0)) rate.at(i) = projected.at(i);
    if (projection == Projection::without_r)
        for (int i = y.r_at(0, 0); i < y.variance_at(0); ++i) rate.at(i) = free.at(i);
}

support::VaeOde equations_by_hand(VaePayload problem, Projection projection) {
    problem.dynamics = Dynamics::flow_noise;
    return [problem, projection](const std::vector<double>& starts, std::vector<double>& ends) {
        const linear_vae::Field<VaeState::Shape> field(problem);
        const auto size = static_cast<std::size_t>(linear_vae::size_of_state(problem));
        constexpr int steps = 3200;
        const double h = problem.horizon / steps;
        for (std::size_t first = 0; first < starts.size(); first += size) {
            VaeState y = support::empty_state(problem), rate = y, middle = y;
            std::copy_n(&starts[first], size, y.value);
            linear_vae::lift(problem.inverse_lipschitz, y);
            const auto rates = [&](const VaeState& at) {
                field(at, problem.kl_weight.end, rate);
                project_by_hand(problem.inverse_lipschitz, projection, at, rate);
            };
            for (int k = 0; k < steps; ++k) {  // the midpoint method
                rates(y);
                for (std::size_t i = 0; i < size; ++i) middle.value[i] = y.value[i] + 0.5 * h * rate.value[i];
                rates(middle);
                for (std::size_t i = 0; i < size; ++i) y.value[i] += h * rate.value[i];
            }
            std::copy_n(y.value, size, &ends[first]);
        }
    };
}

// The projected flow against SGD with the lift: at most 3 standard errors where both directions stay pinned.
TEST(LinearVaeProjection, TheStretchedFlowFollowsTheStretchedSgd) {
    support::VaeSgdCase c = support::vae_sgd_cases()[0];
    c.problem.latent = c.problem.signal = 2;
    c.problem.kl_weight.end = 3.0;
    c.problem.inverse_lipschitz = 0.7;
    c.problem.learning_rate = 0.2;
    c.problem.horizon = 3.2;
    const std::uint64_t members = 64;
    EXPECT_LT(largest_deviation(c, Dynamics::sgd, c.problem, members), 3.0);
    VaePayload other = c.problem;  // twin: another constant
    other.inverse_lipschitz = 0.69;
    EXPECT_GT(largest_deviation(c, Dynamics::sgd, other, members), 6.0);
    const auto by_hand = [&](Projection projection) {
        return largest_deviation(c, Dynamics::sgd, equations_by_hand(c.problem, projection), members);
    };
    EXPECT_LT(by_hand(Projection::right), 3.0);
    EXPECT_GT(by_hand(Projection::one_by_one), 3.5);  // twins
    EXPECT_GT(by_hand(Projection::without_r), 6.0);
}

// A direction that is let go leaves a bias of about N^(-2/3): small, and with N = 2000 for 500 less than half.
TEST(LinearVaeProjection, ADirectionThatIsLetGoLeavesASmallBias) {
    support::VaeSgdCase c = support::vae_sgd_cases()[0];
    c.problem.latent = 2;
    c.problem.inverse_lipschitz = 0.7;
    c.problem.learning_rate = 0.2;
    c.problem.horizon = 3.2;
    const auto bias = [&](double dimension, std::uint64_t members) {
        c.problem.dimension = dimension;
        double largest = 0.0;
        for (const SampleMean& one :
             support::deviations(c, Dynamics::sgd, support::closed_equations(c.problem), members))
            largest = std::max(largest, std::abs(one.mean()));
        return largest;
    };
    const bool thorough = members_of_a_cell(64) >= 4000;
    const double at_500 = bias(500.0, thorough ? 1600 : 200);
    EXPECT_LE(at_500, 0.01);
    EXPECT_GT(bias(20.0, 200), 0.03);  // twin: where the closed equations do not hold
    if (!thorough) return;
    EXPECT_LE(bias(2000.0, 1600), 0.5 * at_500 + 0.001);
}

}  // namespace
}  // namespace modecollapse
