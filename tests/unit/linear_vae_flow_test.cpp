// The closed flow of the linear VAE against closed forms: fixed points, the rate at which the plateau is left,
// superfluous latents, weight decay, KL annealing, the inverse-Lipschitz decoder. rho = eta = 1, so a = 2, unless said
// otherwise.
#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>

#include "tests/support/linear_vae_members.hpp"

namespace modecollapse {
namespace {

using linear_vae::Annealing;
using linear_vae::Dynamics;
using support::end_of_flow;
using support::simple_state;
using support::VaePayload;
using support::VaeState;

VaePayload problem_at(double beta, double horizon = 400.0) {
    VaePayload problem;
    problem.kl_weight.end = beta;
    problem.horizon = horizon;
    return problem;
}

// Jacobian of the field at `y`, by central differences: exact up to rounding where the field is quadratic.
Eigen::MatrixXd jacobian(const VaePayload& problem, const VaeState& y) {
    const linear_vae::Field<VaeState::Shape> field(problem);
    const int n = y.size();
    Eigen::MatrixXd result(n, n);
    constexpr double h = 1e-5;
    for (int j = 0; j < n; ++j) {
        VaeState up = y, down = y, rate_up = linear_vae::like(y), rate_down = linear_vae::like(y);
        up.at(j) += h;
        down.at(j) -= h;
        field(up, problem.kl_weight.end, rate_up);
        field(down, problem.kl_weight.end, rate_down);
        for (int i = 0; i < n; ++i) result(i, j) = (rate_up.at(i) - rate_down.at(i)) / (2.0 * h);
    }
    return result;
}

double largest_rate(const Eigen::MatrixXd& matrix) {
    return Eigen::EigenSolver<Eigen::MatrixXd>(matrix).eigenvalues().real().maxCoeff();
}

TEST(LinearVaeFlow, EndsWhereTheClosedFormSays) {
    for (const double beta : {0.3, 1.0, 1.6}) {
        const VaePayload problem = problem_at(beta);
        const VaeState y = end_of_flow(problem, support::drawn_start(problem, 1, 0));
        EXPECT_NEAR(y.q(0, 0), 2.0 - beta, 1e-5);
        EXPECT_NEAR(y.m(0, 0) * y.m(0, 0), 2.0 - beta, 1e-5);
        EXPECT_NEAR(y.variance(0), beta / 2.0, 1e-5);
        EXPECT_NEAR(y.d(0, 0) * y.d(0, 0) + y.e(0, 0), 1.0 - beta / 2.0, 1e-5);
    }
    const VaePayload above = problem_at(2.2);
    const VaeState y = end_of_flow(above, support::drawn_start(above, 1, 0));
    for (int i = 0; i < y.variance_at(0); ++i) EXPECT_NEAR(y.at(i), 0.0, 1e-8);
    EXPECT_NEAR(y.variance(0), 1.0, 1e-8);
}

TEST(LinearVaeFlow, LeavesThePlateauAtTheRateOfTheLinearFlow) {
    const VaePayload problem = problem_at(1.9);
    const VaeState zero = support::empty_state(problem);
    EXPECT_NEAR(largest_rate(jacobian(problem, zero)), 0.0413, 5e-5);
    for (const double beta : {1.1, 1.5, 1.9, 2.5}) {
        const double a = 2.0, root = std::sqrt((1.0 + beta * a) * (1.0 + beta * a) + 4.0 * a * (a - beta));
        EXPECT_NEAR(largest_rate(jacobian(problem_at(beta), zero)), 0.5 * (root - 1.0 - beta * a), 1e-6) << beta;
    }
}

TEST(LinearVaeFlow, SuperfluousLatentsEndAtTheNoise) {
    for (const double beta : {0.3, 0.7, 1.2}) {
        VaePayload problem = problem_at(beta, 1500.0);
        problem.latent = 3;
        const VaeState y = end_of_flow(problem, support::drawn_start(problem, 5, 0));
        Eigen::Matrix3d q;
        for (int a = 0; a < 3; ++a)
            for (int b = 0; b < 3; ++b) q(a, b) = y.q(a, b);
        const Eigen::Vector3d values = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(q).eigenvalues();
        EXPECT_NEAR(values(2), 2.0 - beta, 2e-3) << beta;
        for (int a = 0; a < 2; ++a) EXPECT_NEAR(values(a), std::max(1.0 - beta, 0.0), 2e-3) << beta;
    }
}

// The KL weight at which noise alone begins to grow: eta in the flow, more at a finite learning rate.
TEST(LinearVaeFlow, ALearningRateFeedsSuperfluousLatents) {
    const auto critical = [](double learning_rate) {
        double low = 0.5, high = 2.0;
        for (int i = 0; i < 40; ++i) {
            VaePayload problem = problem_at(0.5 * (low + high));
            problem.signal_variance = 0.0;
            problem.learning_rate = learning_rate;
            problem.dynamics = learning_rate > 0.0 ? Dynamics::flow_noise : Dynamics::flow;
            (largest_rate(jacobian(problem, support::empty_state(problem)).topLeftCorner(5, 5)) > 0.0 ? low : high) =
                problem.kl_weight.end;
        }
        return low;
    };
    EXPECT_NEAR(critical(0.0), 1.0, 1e-6);
    EXPECT_NEAR(critical(0.2), 1.05, 0.005);
    EXPECT_NEAR(critical(0.8), 1.21, 0.005);
}

TEST(LinearVaeFlow, WeightDecayStabilisesTheCollapsedState) {
    for (const double decay : {0.05, 0.2, 0.5})
        for (const double side : {-0.01, 0.01}) {
            const double a = 2.0, critical = (a * a / (1.0 + decay) - decay) / a;
            VaePayload problem = problem_at(critical + side);
            problem.weight_decay = decay;
            const double rate = largest_rate(jacobian(problem, support::empty_state(problem)));
            EXPECT_EQ(rate<0.0, side> 0.0) << decay;
        }
}

TEST(LinearVaeFlow, HasABestWarmUp) {
    const auto time_to_recovery = [](double gamma) {
        VaePayload problem = problem_at(1.0);
        if (gamma > 0.0) {
            problem.kl_weight.annealing = Annealing::tanh;
            problem.kl_weight.time = 1.0 / gamma;
        }
        VaeState y = simple_state(0.009783953428268433, 0.12169071286916733, 1.1068158149719238, 0.8613312244415283,
                                  -0.1078362762928009, 1.0);
        return support::follow_flow(problem, y, [](const VaeState& state, double) {
            return 1.0 - 2.0 * std::abs(state.m(0, 0)) + state.q(0, 0) < 0.01;
        });
    };
    const double expected[][2] = {{0.0, 11.5}, {1.0, 10.8},  {0.3, 9.8},  {0.2, 9.4},
                                  {0.1, 12.8}, {0.05, 24.7}, {0.02, 56.7}};
    for (const auto& [gamma, time] : expected) EXPECT_NEAR(time_to_recovery(gamma), time, 0.01 * time + 0.1) << gamma;
}

// M = 1: the rate at which the plateau of pure noise is left, and the end Q = max(L^2, a - beta), m^2 = Q.
TEST(LinearVaeFlow, AStretchedDecoderNeverLosesTheSignal) {
    const double expected[][3] = {{.3, 6, .160}, {.5, 6, .156}, {1, 6, .140}, {1, 3, .236}, {.3, .5, .5616}};
    for (const auto& [constant, beta, rate] : expected) {
        VaePayload problem = problem_at(beta, 200.0);
        problem.inverse_lipschitz = constant;
        problem.dimension = 1e18;  // signals that are small against everything
        VaeState y = end_of_flow(problem, simple_state(0.0, 0.0, constant * constant, 0.01, 0.0, 1.0));
        EXPECT_NEAR(y.q(0, 0), std::max(constant * constant, 1.0 - beta), 1e-6);
        y.m(0, 0) = y.d(0, 0) = 1e-9;
        double first_theta = 0.0, first = 0.0, seen = 0.0;
        support::follow_flow(problem, y, [&](const VaeState& state, double theta) {
            const double m = std::abs(state.m(0, 0));
            if (m > 1e-7 && first == 0.0) {
                first = m;
                first_theta = theta;
            }
            if (m > 1e-4 && seen == 0.0) seen = std::log(m / first) / (theta - first_theta);
            return false;
        });
        EXPECT_NEAR(seen, rate, 0.01 * rate) << constant << " " << beta;
        const double end = std::max(constant * constant, 2.0 - beta);
        EXPECT_NEAR(y.q(0, 0), end, 1e-6);
        EXPECT_NEAR(y.m(0, 0) * y.m(0, 0), end, 1e-4);
        const double b = y.d(0, 0) * y.d(0, 0) + y.e(0, 0);
        EXPECT_NEAR(b, 2.0 * end / ((end + beta) * (end + beta)), 1e-4);
    }
}

// The integrator's tolerance does what it says: the end of a long plateau at two tolerances.
TEST(LinearVaeFlow, ErrorsFollowTheTolerance) {
    VaePayload problem = problem_at(1.7, 30.0);
    problem.latent = 2;
    problem.signal = 2;
    const VaeState start = support::drawn_start(problem, 2, 0);
    VaePayload exact = problem;
    exact.tolerance = 1e-12;
    const VaeState reference = end_of_flow(exact, start);
    const auto error = [&](double tolerance) {
        VaePayload rough = problem;
        rough.tolerance = tolerance;
        const VaeState y = end_of_flow(rough, start);
        double worst = 0.0;
        for (int i = 0; i < y.size(); ++i) worst = std::max(worst, std::abs(y.at(i) - reference.at(i)));
        return worst;
    };
    EXPECT_LT(error(1e-7), 1e-5);
    EXPECT_LT(error(1e-9), 1e-7);
    EXPECT_GT(error(1e-4), error(1e-7));
}

}  // namespace
}  // namespace modecollapse
