// Proves of the diffusion approximation: its means are the closed field, its covariances those of a refined quadrature
// in three dimensions over samples, and mean and covariance of its gradients those of batches of the reduced sampler;
// at q = p pathwise noise vanishes.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/diffusion_sampler.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/sgd_payloads.hpp"

namespace modecollapse {
namespace {

using support::sgd_payload_of;
using support::SgdCase;
using Normals = LaneNormals<double, Random123Words>;
constexpr SgdProgram reparameterized = SgdProgram::reparameterized;
using Moments = BatchMoments<double, reparameterized>;
using Layout = MomentLayout<reparameterized>;

// All that is known of a state.
struct Setting {
    SgdPayload problem;
    OrderParameters<double> state;
    StateWeights<double> weights;
    Frame<double> frame;
    SampleLaw<double> law;
    Setting(const SgdPayload& p, const OrderParameters<double>& y)
        : problem(p),
          state(y),
          weights(weights_of_state(p, y)),
          frame(frame_of(y, frame_size(p.dimension))),
          law(p, y, weights.weights, weights.log_odds, p.beta) {}
    Moments moments(int j) const {
        const MomentQuadrature<double, reparameterized> quadrature(problem, law, state, frame, problem.beta);
        return j == 0 ? quadrature.moments<0>() : quadrature.moments<1>();
    }
};

Setting setting_of(double radius, double beta, const OrderParameters<double>& y, double dimension = 10.0) {
    SgdPayload p = sgd_payload_of({Estimator::reparameterized, Baseline::none, WeightGeometry::softmax, beta},
                                  dimension, 10, 1, 0.1);
    p.radius = radius;
    return {p, {y.m1, y.m2, y.u, weight_coordinate(WeightGeometry::softmax, 0.4)}};
}

// The quantities of one sample of stratum j, as MomentLayout orders them; f without the constant.
template <int j>
void quantities(const Setting& s, double x, double y, double z, double (&q)[Moments::size]) {
    const Frame<double>& frame = s.frame;
    const double difference = (frame.m1 - frame.m2) * x + (frame.b1 - frame.b2) * y - frame.c2 * z;
    const SampleTerms<double> terms =
        s.law.terms<j>({difference, frame.m2 * x + frame.b2 * y + frame.c2 * z, x, x * x + y * y + z * z}, true);
    const double at[3] = {x, y, z};
    for (int k = 0; k < 3; ++k) {
        q[Layout::z + k] = at[k];
        q[Layout::r1_z + k] = at[k] * terms.r1;
    }
    q[Layout::r1] = terms.r1;
    q[Layout::tanh] = terms.tanh;
    q[Layout::f] = terms.f;
}

// By the trapezoidal rule in the coordinates of the frame.
template <int j>
Moments refined(const Setting& s, int nodes) {
    constexpr int n = Moments::size;
    const double h = 12.0 / nodes;
    std::vector<double> at(static_cast<std::size_t>(nodes)), weight(at.size());
    for (std::size_t i = 0; i < at.size(); ++i) {
        at[i] = -6.0 + h * (static_cast<double>(i) + 0.5);
        weight[i] = h * std::exp(-0.5 * at[i] * at[i]) / std::sqrt(2.0 * M_PI);
    }
    Moments m = {};
    double second[n][n] = {}, q[n];
    for (std::size_t a = 0; a < at.size(); ++a)
        for (std::size_t b = 0; b < at.size(); ++b)
            for (std::size_t c = 0; c < at.size(); ++c) {
                const double w = weight[a] * weight[b] * weight[c];
                if (w < 1e-13) continue;
                quantities<j>(s, at[a], at[b], at[c], q);
                for (int i = 0; i < n; ++i) {
                    m.mean[i] += w * q[i];
                    for (int k = 0; k <= i; ++k) second[i][k] += w * q[i] * q[k];
                }
            }
    for (int i = 0; i < n; ++i)
        for (int k = 0; k <= i; ++k) m.covariance[i][k] = second[i][k] - m.mean[i] * m.mean[k];
    // f: |z|^2 has d - 3 directions more
    m.covariance[Layout::f][Layout::f] += 0.5 * std::pow(1.0 - s.problem.beta, 2) * (s.problem.dimension - 3.0);
    return m;
}

// Largest difference of the covariances, over the spreads of the two quantities.
double largest_error(const Moments& a, const Moments& b) {
    double largest = 0.0;
    for (int i = 0; i < Moments::size; ++i)
        for (int k = 0; k <= i; ++k) {
            const double scale = std::sqrt(b.covariance[i][i] * b.covariance[k][k]) + 1e-9;
            largest = std::fmax(largest, std::fabs(a.covariance[i][k] - b.covariance[i][k]) / scale);
        }
    return largest;
}

const OrderParameters<double> states[] = {{0.4, -0.2, 0.9, 0.0},
                                          {0.02, 0.05, 1.02, 0.0},
                                          {0.95, -0.9, 1.8, 0.0},
                                          {0.97, 0.9, 0.03, 0.0},
                                          {-0.3, 0.6, 1.1, 0.0}};

TEST(DiffusionMoments, CovariancesAreThoseOfARefinedQuadrature) {
    const struct {
        double radius, bound;
        int nodes;
    } rows[] = {{0.5, 2e-6, 40}, {1.5, 1e-4, 50}, {3.0, 6e-3, 70}};
    for (const auto& row : rows) {
        double largest = 0.0;
        for (const double beta : {1.0, 0.4})
            for (const OrderParameters<double>& y : states) {
                const Setting s = setting_of(row.radius, beta, y);
                largest = std::fmax(largest, largest_error(s.moments(0), refined<0>(s, row.nodes)));
                largest = std::fmax(largest, largest_error(s.moments(1), refined<1>(s, row.nodes)));
            }
        RecordProperty("error_at_" + std::to_string(static_cast<int>(10.0 * row.radius)) + "_tenths",
                       support::digits(largest));
        EXPECT_LT(largest, row.bound) << row.radius;
    }
    const Setting s = setting_of(1.5, 0.4, states[0]), twin = setting_of(1.505, 0.4, states[0]);
    EXPECT_GT(largest_error(twin.moments(0), refined<0>(s, 50)), 5e-4);  // R off by a third of a percent
}

TEST(DiffusionMoments, MeansAreTheClosedField) {
    for (const double radius : {0.5, 1.5, 3.0, 10.0}) {
        Problem problem = support::problem_of(radius, 2.0 / 3.0, 0.4);
        problem.weights = WeightGeometry::fisher_rao;
        MixtureSettings settings;
        settings.horizon = 1.0;
        const MixtureSetup setup(problem, settings);
        const GradientFlow& flow = setup.base().flow;
        for (const double beta : {1.0, 0.4})
            for (const OrderParameters<double>& y : states) {
                const Setting s = setting_of(radius, beta, y);
                const OrderParameters<double> state = {y.m1, y.m2, y.u,
                                                       weight_coordinate(WeightGeometry::fisher_rao, 0.4)};
                const Moments first = s.moments(0), second = s.moments(1);
                EXPECT_NEAR(first.mean[Layout::tanh], flow.expectations.attraction(y.m1), 2e-7);
                EXPECT_NEAR(second.mean[Layout::tanh], flow.expectations.attraction(y.m2), 2e-7);
                const double difference = -flow.general(state, beta).weight;
                EXPECT_NEAR(first.mean[Layout::f] - second.mean[Layout::f], difference,
                            2e-6 * std::fmax(1.0, std::fabs(difference)));
                EXPECT_NEAR(0.4 * (1.0 - first.mean[Layout::r1]), 0.6 * second.mean[Layout::r1], 1e-7);  // both are c
                // mean of the score term: zero
                const double distance = std::sqrt(2.0 * y.u);
                const double along = 0.4 * first.mean[Layout::r1_z] + 0.6 * second.mean[Layout::r1_z];
                EXPECT_NEAR(along, 0.6 * second.mean[Layout::r1] * radius * (y.m1 - y.m2), 1e-6 * (1.0 + distance));
            }
    }
    const Setting s = setting_of(1.5, 1.0, states[0]), twin = setting_of(1.501, 1.0, states[0]);
    EXPECT_GT(std::fabs(s.moments(0).mean[Layout::tanh] - twin.moments(0).mean[Layout::tanh]),
              2e-6);  // R off by less than 0.1 %
}

// What a gradient consists of: both means' tangent parts along the frame, D_hat, and the products of the orthogonal
// parts.
constexpr int parts = 7, products = 3;

struct Drawn {
    std::vector<std::array<double, parts>> part;
    support::SampleMean product[products];
};

template <class Sampler>
Drawn drawn(const SgdPayload& problem, const OrderParameters<double>& y, std::uint64_t count, std::uint64_t seed) {
    Drawn result;
    for (std::uint64_t id = 0; id < count; ++id) {
        const Normals normals({}, seed, &id);
        const Sampler sampler(problem, normals, {}, seed, &id);
        const ReducedGradient<double> g = sampler.gradient(y, 0);
        const TangentGradient<double, FrameVectors<double>> tangent(g.vectors, g.coefficients, problem.radius);
        std::array<double, parts> part = {};
        const auto at = [&](int i, std::uint64_t k) {
            return tangent(i, k, g.vectors.mean(0, k), g.vectors.mean(1, k));
        };
        for (int i = 0; i < 2; ++i)
            for (int k = 0; k < 3; ++k)
                part[static_cast<std::size_t>(3 * i + k)] = at(i, static_cast<std::uint64_t>(k));
        part[6] = problem.geometry == WeightGeometry::fixed ? 0.0 : g.coefficients.difference;
        result.part.push_back(part);
        result.product[0].add(at(0, 3) * at(0, 3) + at(0, 4) * at(0, 4));
        result.product[1].add(at(0, 3) * at(1, 3) + at(0, 4) * at(1, 4));
        result.product[2].add(at(1, 3) * at(1, 3) + at(1, 4) * at(1, 4));
    }
    return result;
}

// Largest standardized difference of means and second moments about a common centre.
double largest_z(const Drawn& a, const Drawn& b) {
    double largest = 0.0;
    const auto compare = [&](const support::SampleMean& x, const support::SampleMean& y) {
        const double error = std::hypot(x.standard_error(), y.standard_error());
        if (error > 1e-13) largest = std::fmax(largest, std::fabs(x.mean() - y.mean()) / error);
    };
    std::array<double, parts> centre = {};
    for (const auto& part : b.part)
        for (std::size_t i = 0; i < parts; ++i) centre[i] += part[i] / static_cast<double>(b.part.size());
    const auto moment = [&](const Drawn& d, std::size_t i, std::size_t k) {
        support::SampleMean mean;
        for (const auto& part : d.part) mean.add((part[i] - centre[i]) * (k < parts ? part[k] - centre[k] : 1.0));
        return mean;
    };
    for (std::size_t i = 0; i < parts; ++i) {
        compare(moment(a, i, parts), moment(b, i, parts));
        for (std::size_t k = 0; k <= i; ++k) compare(moment(a, i, k), moment(b, i, k));
    }
    for (int i = 0; i < products; ++i) compare(a.product[i], b.product[i]);
    return largest;
}

template <SgdProgram kind>
using Reduced = ReducedSampler<double, kind, Normals, Random123Words>;
template <SgdProgram kind>
using Diffusion = DiffusionSampler<double, kind, Normals, Random123Words>;

template <SgdProgram kind>
void compare_with_batches(const SgdCase& c, double dimension) {
    constexpr std::uint64_t count = 15000;
    constexpr double bound = 5.0;
    const SgdPayload problem = sgd_payload_of(c, dimension, 8, 1, 0.1);
    const OrderParameters<double> y = support::state_at(dimension, problem.start_weight);
    const Drawn batches = drawn<Reduced<kind>>(problem, y, count, 31),
                normal = drawn<Diffusion<kind>>(problem, y, count, 32);
    EXPECT_LT(largest_z(normal, batches), bound) << name_of(c) << " d = " << dimension;
    SgdPayload twin = problem;
    twin.batch = 9;  // an eighth less noise
    EXPECT_GT(largest_z(drawn<Diffusion<kind>>(twin, y, count, 33), batches), bound)
        << name_of(c) << " d = " << dimension;
}

TEST(DiffusionMoments, GradientsHaveTheMeanAndCovarianceOfBatches) {
    for (const double dimension : {2.0, 3.0, 100.0}) {
        compare_with_batches<SgdProgram::plain>({}, dimension);
        for (const WeightGeometry geometry : {WeightGeometry::fixed, WeightGeometry::softmax})
            for (const double beta : {1.0, 0.5}) {
                if (geometry != WeightGeometry::fixed || beta != 1.0)
                    compare_with_batches<SgdProgram::pathwise>({Estimator::pathwise, Baseline::none, geometry, beta},
                                                               dimension);
                compare_with_batches<reparameterized>({Estimator::reparameterized, Baseline::none, geometry, beta},
                                                      dimension);
            }
    }
}

TEST(DiffusionMoments, ThePathwiseGradientHasNoNoiseAtTheOptimum) {
    for (const Estimator estimator : {Estimator::pathwise, Estimator::reparameterized}) {
        SgdPayload problem = sgd_payload_of({estimator, Baseline::none, WeightGeometry::softmax, 1.0}, 10.0, 1, 5, 0.1);
        problem.start_weight = weight_coordinate(WeightGeometry::softmax, problem.target_weight);
        const OrderParameters<double> optimum = {1.0, -1.0, 2.0, problem.start_weight};
        const support::SgdEnsemble e = support::run_sgd(problem, SgdSampler::diffusion, 18, 16, &optimum);
        for (std::size_t i = 0; i < 16; ++i) {
            const double moved =
                std::fabs(e.m1[i] - 1.0) + std::fabs(e.m2[i] + 1.0) + std::fabs(e.weight[i] - problem.target_weight);
            if (estimator == Estimator::reparameterized) {
                EXPECT_GT(moved, 1e-4);  // twin
            } else {
                EXPECT_LT(moved, 1e-7);
            }
        }
    }
}

}  // namespace
}  // namespace modecollapse
