// Proves: dual numbers through the engine's field give its Jacobian; the linear regime keeps (m1, m2) a projection of
// the means on a random direction where theory says so; the initial law is the product that the theory integrates over.
#include "host/theory/linear_regime.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "host/theory/dual_number.hpp"
#include "host/theory/start_law.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/kolmogorov_smirnov.hpp"

namespace modecollapse {
namespace {

GradientFlowPayload problem_at(double radius, double target_weight, double weight) {
    return MixtureSetup(support::problem_of(radius, target_weight, weight), {}).for_dimension(1e8);
}

// The Jacobian's own central differences are good to about 1e-8.
TEST(DualNumber, CarriesTheJacobianOfTheField) {
    const GradientFlowPayload problem = problem_at(1.7, 0.6, 0.3);
    for (std::uint64_t id = 0; id < 20; ++id) {
        const State y = support::start_of(id, 5, 4.0);
        const OrderParameters<DualNumber> start = {DualNumber(y.m1, 1.0, 0.0), DualNumber(y.m2, 0.0, 1.0),
                                                   DualNumber(y.u), DualNumber(0.0)};
        const auto rate = problem.flow(start, DualNumber(1.0));
        const Eigen::Matrix3d expected = jacobian(problem.flow, 1.0, y);
        for (int j = 0; j < 2; ++j) {
            EXPECT_NEAR(rate.m1.derivative[j], expected(0, j), 1e-7);
            EXPECT_NEAR(rate.m2.derivative[j], expected(1, j), 1e-7);
            EXPECT_NEAR(rate.u.derivative[j], expected(2, j), 1e-7);
        }
    }
}

// How far M M^T is from a multiple of [[1, s], [s, 1]].
double gram_defect(const LinearizedState& state, double s) {
    const auto& m = state.response;
    const double c11 = m[0][0] * m[0][0] + m[0][1] * m[0][1], c22 = m[1][0] * m[1][0] + m[1][1] * m[1][1],
                 c12 = m[0][0] * m[1][0] + m[0][1] * m[1][1];
    return std::fmax(std::fabs(c11 / c22 - 1.0), std::fabs(c12 / std::sqrt(c11 * c22) - s));
}

TEST(LinearRegime, SymmetricMeansStayProjectionsOnARandomDirection) {
    for (const double radius : {1.2, 2.0, 3.0}) {
        const LinearRegime regime(problem_at(radius, 0.5, 0.5), 1.0, 1e4);
        for (const LinearizedState& state : regime.states()) {
            const double s = 1.0 - state.centre.u;
            EXPECT_LT(gram_defect(state, s), 1e-7);
            EXPECT_EQ(state.centre.m1, 0.0);
            EXPECT_EQ(state.response[2][0], 0.0);
        }
        EXPECT_LT(regime.states().back().centre.u, 2.0);
        EXPECT_GT(regime.states().back().centre.u, 1.1);  // s has fallen: the bound above was not met by standing still
        // twin: unequal weights break the symmetry
        const LinearRegime unequal(problem_at(radius, 0.5, 0.4), 1.0, 1e4);
        EXPECT_GT(gram_defect(unequal.states().back(), 1.0 - unequal.states().back().centre.u), 1e-2);
    }
}

TEST(LinearRegime, StopsWhereItWasToldTo) {
    const LinearRegime regime(problem_at(2.0, 0.5, 0.5), 1.0, 50.0);
    EXPECT_GE(response_norm(regime.states().back()), 50.0);
    EXPECT_LE(response_norm(regime.last_below(10.0)), 10.0);
    EXPECT_GT(response_norm(regime.last_below(10.0)), 5.0);
    EXPECT_EQ(regime.last_below(0.1).time, 0.0);
    const LinearRegime trapped(problem_at(1.5, 0.9, 0.5), 1.0, 1e300);  // the drift carries y0 into a trap
    EXPECT_GT(trapped.states().back().centre.m1, 0.5);
}

// E s^2 = 1/d, E s^4 = 3 / (d (d + 2)), by the midpoint rule in v.
TEST(StartLaw, TheOverlapHasTheMomentsOfTwoDirections) {
    constexpr int n = 4000;
    for (const double d : {2.0, 3.0, 4.0, 10.0, 1e3, 1e9}) {
        double second = 0.0, fourth = 0.0;
        for (int k = 0; k < n; ++k) {
            const double s = overlap_of(d, (k + 0.5) / n);
            second += s * s / n;
            fourth += std::pow(s, 4) / n;
        }
        EXPECT_NEAR(second * d, 1.0, 2e-3);
        EXPECT_NEAR(fourth * d * (d + 2.0) / 3.0, 1.0, 2e-2);
        const double other = second * (d + 1.0) - 1.0;
        EXPECT_GT(std::fabs(other), d < 100.0 ? 2e-3 : 0.0);  // twin: another dimension
    }
    EXPECT_EQ(overlap_of(7.0, 0.5), 0.0);
    EXPECT_EQ(overlap_of(7.0, 0.25), -overlap_of(7.0, 0.75));
}

// r^2 = |projection of a direction on a plane|^2 over exponential x: its mean is 2/d, of its square 8 / (d (d + 2)).
TEST(StartLaw, TheRadiusHasTheMomentsOfAProjection) {
    constexpr int n = 4000;
    for (const double d : {2.0, 3.0, 4.0, 10.0, 1e3, 1e9}) {
        double second = 0.0, fourth = 0.0;
        for (int k = 0; k < n; ++k) {
            const double r = alignment_radius(d, -std::log((k + 0.5) / n));
            second += r * r / n;
            fourth += std::pow(r, 4) / n;
        }
        EXPECT_NEAR(second * d / 2.0, 1.0, 2e-3);
        EXPECT_NEAR(fourth * d * (d + 2.0) / 8.0, 1.0, 2e-2);
    }
}

// s, r and theta of the starts that the engine draws. Three KS tests in each of five dimensions, alpha = 1e-4 for the
// family; that s, r and theta are independent is tested through the covariances of their ranks.
TEST(StartLaw, TheDrawnStartsAreThisProduct) {
    constexpr int count = 20000;
    for (const double d : {3.0, 4.0, 10.0, 1e3, 1e6}) {
        std::vector<double> x, theta, overlap;
        for (std::uint64_t id = 0; id < count; ++id) {
            const State y = support::start_of(id, 77, d);
            const double s = 1.0 - y.u, angle = angle_of(s, {y.m1, y.m2}), unit = alignments(s, 1.0, angle).m1;
            const double other = alignments(s, 1.0, angle).m2;
            const double r2 = (y.m1 * y.m1 + y.m2 * y.m2) / (unit * unit + other * other);
            x.push_back(-0.5 * (d - 2.0) * std::log1p(-r2));
            theta.push_back(angle);
            overlap.push_back(s * std::sqrt(d));
        }
        const auto exponential = [](double v) { return -std::expm1(-v); };
        support::SampleMean radius_overlap, angle_overlap, radius_angle, twin;
        for (int i = 0; i < count; ++i) {
            const double rank = exponential(x[i]) - 0.5;
            radius_overlap.add(rank * overlap[i] * overlap[i] - rank);  // E s^2 d = 1
            angle_overlap.add(std::cos(theta[i]) * overlap[i]);
            radius_angle.add(std::cos(2.0 * theta[i]) * rank);
            twin.add(rank * rank - 0.0);
        }
        const double bound = support::largest_z(1e-4, 15);
        EXPECT_LT(std::fabs(radius_overlap.z_against(0.0)), bound) << d;
        EXPECT_LT(std::fabs(angle_overlap.z_against(0.0)), bound) << d;
        EXPECT_LT(std::fabs(radius_angle.z_against(0.0)), bound) << d;
        EXPECT_GT(std::fabs(twin.z_against(0.0)), bound) << d;  // twin: a rank is not independent of itself
        // last: the samples are sorted in place
        const auto uniform = [](double angle) { return 0.5 + angle / (2.0 * M_PI); };
        EXPECT_GT(support::kolmogorov_smirnov(x, exponential).p_value, 1e-4 / 20.0) << d;
        EXPECT_GT(support::kolmogorov_smirnov(theta, uniform).p_value, 1e-4 / 20.0) << d;
        EXPECT_LT(support::kolmogorov_smirnov(x, [&](double v) { return -std::expm1(-1.05 * v); }).p_value, 1e-4 / 20.0)
            << d;  // twin
    }
}

}  // namespace
}  // namespace modecollapse
