#include "host/experiments/variance.hpp"

#include "host/mixture/setup.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

struct Choice {
    Estimator estimator;
    Baseline baseline;
};
constexpr Choice choices[] = {{Estimator::pathwise, Baseline::none},
                              {Estimator::reparameterized, Baseline::none},
                              {Estimator::score, Baseline::none},
                              {Estimator::score, Baseline::leave_one_out}};

}  // namespace

EstimatorNoise estimator_noise(const VarianceRequest& request) {
    MixtureSettings settings;
    settings.sampled.dynamics = Dynamics::sgd;
    settings.sampled.batch_size = request.batch_size;
    settings.horizon = 1.0;
    Problem problem = request.problem;
    OrderParameters<double> state = request.state;
    if (problem.weights == WeightGeometry::fixed) {  // whose samplers leave D_hat out; the gradient is the same
        problem.weights = WeightGeometry::simplex;
        state.weight = start_coordinate(problem);
    }
    EstimatorNoise noise;
    for (const auto& [estimator, baseline] : choices) {
        if (estimator == Estimator::score && request.problem.beta != 1.0) continue;  // no exact reduced sampler
        if (baseline == Baseline::leave_one_out && request.batch_size < 2) continue;
        settings.sampled.estimator = estimator;
        settings.sampled.baseline = baseline;
        require_runnable(problem, settings);
        try {
            const SgdPayload payload = sgd_payload(problem, settings, request.dimension);
            noise.estimators.push_back(
                {estimator, baseline, estimator_variance(payload, state, request.batches, request.seed)});
        } catch (const Interrupted&) {
            if (noise.estimators.empty() || !partial_answers_kept()) throw;
            noise.given_up = true;
            break;
        }
    }
    return noise;
}

}  // namespace modecollapse
