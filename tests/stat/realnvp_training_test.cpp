// What trained RealNVP flows do: they learn one Gaussian, cover two close modes, lose the lighter of two distant ones,
// and keep it under slow annealing [F26]. Members of one ensemble are independent, so counts are binomial; seeds are
// fixed.
#include <gtest/gtest.h>

#include "tests/support/bounds.hpp"
#include "tests/support/realnvp_members.hpp"

namespace modecollapse {
namespace {

Backend cpu() {
    BackendOptions options;
    options.backend = BackendChoice::cpu;
    options.threads = 2;
    return choose_backend(options);
}

Training small_training(std::uint32_t dimension, std::uint64_t steps) {
    Training training;
    training.shape = {dimension, 4, 16, 2};
    training.optimizer.learning_rate = 3e-3;
    training.batch = 128;
    training.steps = steps;
    training.evaluation_samples = 4000;
    return training;
}

RealnvpCounts trained(const Problem& problem, const Training& training, std::uint64_t members, std::uint64_t first = 0,
                      const RealnvpRecord& record = {}) {
    const RealnvpCounts counts = train_members(realnvp_problem(problem, training),
                                               {Precision::single_precision, 7, first, members}, cpu(), {}, record);
    EXPECT_EQ(counts.count[static_cast<int>(RealnvpOutcome::failed)], 0);
    return counts;
}

Problem distant_modes(double temperature, double time) {
    Problem problem = support::flow_target(3.0, 0.8);
    if (temperature > 1.0) problem.annealing = {Schedule::exponential_temperature, temperature, time};
    return problem;
}

// w* = 0.9999: one Gaussian but for a ten-thousandth, without which KL is 1e-4. A linear flow is enough: every
// optimizer must find it.
TEST(RealnvpTraining, LearnsOneGaussian) {
    for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise})
        for (const Optimizer optimizer : {Optimizer::adam, Optimizer::sgd}) {
            Training training = small_training(4, 1500);
            training.estimator = estimator;
            training.optimizer.optimizer = optimizer;
            training.optimizer.schedule = RateSchedule::cosine;
            if (optimizer == Optimizer::sgd) training.optimizer.learning_rate = 0.1;
            training.evaluation_samples = 100000;
            RealnvpMonitor monitor = {};
            RealnvpRecord record;
            record.monitor = &monitor;
            trained(support::flow_target(1.5, 0.9999), training, 1, 0, record);
            EXPECT_LT(monitor.reverse_kl + 3.0 * monitor.reverse_kl_error, 1e-3)
                << realnvp_estimator_names[static_cast<int>(estimator)] << ", "
                << optimizer_names[static_cast<int>(optimizer)];
        }
}

TEST(RealnvpTraining, CoversCloseModes) {
    const RealnvpCounts counts = trained(support::flow_target(0.5, 0.8), small_training(4, 200), 24);
    EXPECT_EQ(counts.count[static_cast<int>(RealnvpOutcome::covered)], 24);
}

TEST(RealnvpTraining, SlowAnnealingSavesTheLighterMode) {
    const std::uint64_t members = 32;
    const Training training = small_training(8, 600);
    const CollapseEstimate plain = estimate_collapse(trained(distant_modes(1.0, 1.0), training, members));
    const CollapseEstimate annealed = estimate_collapse(trained(distant_modes(10.0, 60.0), training, members));
    const CollapseEstimate again = estimate_collapse(trained(distant_modes(1.0, 1.0), training, members, members));
    RecordProperty("plain", support::digits(plain.p));
    RecordProperty("annealed", support::digits(annealed.p));
    EXPECT_GT(plain.interval.low, 0.5);
    EXPECT_LT(annealed.interval.high, plain.interval.low);
    const double bound = support::largest_z(1e-4, 1), n = static_cast<double>(members);
    const auto z = [n](const CollapseEstimate& a, const CollapseEstimate& b) {
        return support::two_sample_z(static_cast<double>(a.members.successes), n,
                                     static_cast<double>(b.members.successes), n);
    };
    EXPECT_GT(z(plain, annealed), bound);
    EXPECT_LT(std::abs(z(plain, again)), bound);  // twin: other members of the same ensemble are no effect
}

}  // namespace
}  // namespace modecollapse
