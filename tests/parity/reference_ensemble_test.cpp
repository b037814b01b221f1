// The CUDA backend of the flow against its twin without a scheduler, reference_ensemble.hpp: the same counts, and the same sum of
// attempts.
#include "tests/parity/reference_ensemble.hpp"

#include <gtest/gtest.h>

#include "tests/parity/gradient_flow_runs.hpp"

namespace modecollapse {
namespace {

bool equal(const OutcomeCounts& a, const OutcomeCounts& b) {
    return std::equal(a.count, a.count + outcome_count, b.count) && a.attempts == b.attempts;
}

TEST(ReferenceEnsemble, CountsAreThoseOfTheScheduler) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    const MixtureSetup setup = parity_setup({});
    for (const double dimension : {2.0, 100.0}) {
        const GradientFlowPayload problem = setup.for_dimension(dimension);
        const TrajectoryTask task = task_of(setup, problem, dimension, 7, 3, share_of(20000));
        const OutcomeCounts counts = run_trajectories_on_cuda(task, {0});
        EXPECT_TRUE(equal(counts, reference_on_host(task)));
#ifdef MODECOLLAPSE_THRUST_ON_DEVICE
        EXPECT_TRUE(equal(counts, reference_on_device(task)));
#endif
        TrajectoryTask other = task;  // twin
        other.seed = 8;
        EXPECT_FALSE(equal(counts, reference_on_host(other)));
    }
}

}  // namespace
}  // namespace modecollapse
