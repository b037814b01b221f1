// Proves: as the learning rate falls, sampled dynamics come back to the closed flow: the mean over trajectories in
// proportion to the learning rate, and so does P(collapse).
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/bounds.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/sgd_payloads.hpp"

namespace modecollapse {
namespace {

using support::run_sgd;
using support::sgd_payload_of;
using support::SgdCase;

// The modes far apart and each mean on its way to one: there the noise is small, and a small bias can be measured.
constexpr double radius = 4.0;
constexpr OrderParameters<double> outset = {0.5, -0.6, 1.2, 0.0};

// Where the flow takes `start`.
OrderParameters<double> flow_end(WeightGeometry geometry, const OrderParameters<double>& start, double time) {
    Problem problem = support::problem_of(radius, 2.0 / 3.0, geometry == WeightGeometry::fixed ? 2.0 / 3.0 : 0.4);
    problem.weights = geometry;
    MixtureSettings settings;
    settings.horizon = time;
    settings.tolerance = 1e-9;
    const MixtureSetup setup(problem, settings);
    GradientFlowPayload flow = setup.for_dimension(10.0);
    flow.traps.box_count = flow.traps.ellipsoid_count =
        0;  // a trapped trajectory would be recorded where it was trapped
    support::Records records(1);
    EndRecord pointers = records.pointers();
    double weight = 0.0;
    pointers.weight = &weight;
    run_trajectories_on_cpu({&flow, Precision::double_precision, 0, 10.0, 0, 1, &start, pointers}, {1, best_cpu_isa()});
    return {records.m1[0], records.m2[0], records.u[0], weight};
}

// Distance of the mean state after time 2 from the flow's.
double distance(const SgdCase& c, double eta, std::uint64_t seed) {
    constexpr double time = 2.0;
    SgdPayload problem = sgd_payload_of(c, 10.0, 256, static_cast<std::uint64_t>(std::llround(time / eta)), eta);
    problem.radius = radius;
    OrderParameters<double> start = outset;
    start.weight = problem.start_weight;
    const OrderParameters<double> end = flow_end(c.geometry, start, time);
    const support::SgdEnsemble e = run_sgd(problem, SgdSampler::reduced, seed, 800, &start);
    support::SampleMean m1, m2, u;
    for (std::size_t i = 0; i < e.m1.size(); ++i)
        m1.add(e.m1[i] - end.m1), m2.add(e.m2[i] - end.m2), u.add(e.u[i] - end.u);
    return std::sqrt(m1.mean() * m1.mean() + m2.mean() * m2.mean() + u.mean() * u.mean());
}

TEST(SgdLimit, TheDistanceOfTheMeanToTheFlowFallsAsTheLearningRate) {
    for (const WeightGeometry geometry : {WeightGeometry::fixed, WeightGeometry::softmax}) {
        const SgdCase c = {Estimator::pathwise, Baseline::none, geometry, 1.0};
        const double coarse = distance(c, 0.04, 21), middle = distance(c, 0.02, 22), fine = distance(c, 0.01, 23);
        RecordProperty(name_of(c),
                       support::digits(coarse) + " " + support::digits(middle) + " " + support::digits(fine));
        EXPECT_NEAR(coarse / middle, 2.0, 0.2) << name_of(c);
        EXPECT_NEAR(middle / fine, 2.0, 0.2) << name_of(c);
    }
    // twin: a target that is not the flow's does not come closer
    const SgdCase tempered = {Estimator::pathwise, Baseline::none, WeightGeometry::fixed, 0.98};
    EXPECT_LT(distance(tempered, 0.04, 21) / distance(tempered, 0.02, 22), 1.8);
}

TEST(SgdLimit, TheProbabilityOfCollapseIsThatOfTheFlow) {
    constexpr std::uint64_t count = 1500, seed = 24;
    const Problem problem = support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0);
    MixtureSettings settings;
    settings.horizon = 20.0;
    const GradientFlowPayload flow = MixtureSetup(problem, settings).for_dimension(100.0);
    support::Records records(count);
    run_trajectories_on_cpu({&flow, Precision::double_precision, seed, 100.0, 0, count, nullptr, records.pointers()},
                            {1, best_cpu_isa()});
    const auto collapses = [](std::uint8_t outcome) { return is_collapse(static_cast<Outcome>(outcome)) ? 1 : 0; };
    // the same starts; net: difference of the collapses, changed: trajectories that end otherwise
    const auto compare = [&](double eta, std::uint64_t batch, double& net, double& changed) {
        const SgdPayload p =
            sgd_payload_of({}, 100.0, batch, static_cast<std::uint64_t>(std::llround(20.0 / eta)), eta);
        const support::SgdEnsemble e = run_sgd(p, SgdSampler::reduced, seed, count);
        net = changed = 0.0;
        for (std::size_t i = 0; i < count; ++i) {
            const int difference = collapses(e.outcome[i]) - collapses(records.outcome[i]);
            net += difference;
            changed += std::abs(difference);
        }
    };
    double net_fine, changed_fine, net_coarse, changed_coarse;
    compare(0.05, 200, net_fine, changed_fine);
    compare(0.5, 2, net_coarse, changed_coarse);
    RecordProperty("changed",
                   support::digits(changed_fine / count) + " against " + support::digits(changed_coarse / count));
    EXPECT_LT(std::fabs(net_fine), 5.0 * std::sqrt(changed_fine + 1.0));
    EXPECT_LT(changed_fine, 0.04 * count);
    EXPECT_GT(changed_coarse, 0.1 * count);  // twin: large steps and small batches end elsewhere
}

}  // namespace
}  // namespace modecollapse
