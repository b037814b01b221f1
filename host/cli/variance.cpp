// modecollapse variance: how noisy each gradient estimator is at a state.
#include <fmt/format.h>

#include "host/cli/commands.hpp"
#include "host/families/mixture/from_options.hpp"
#include "host/options/physics_options.hpp"
#include "host/report/variance.hpp"

namespace modecollapse {
Report run_variance(const Configuration& options) {
    Problem problem = problem_from(options);
    const OrderParameters<double> state = given_start(options, problem).front();
    const VarianceRequest request = {problem,
                                     state,
                                     options.number("dimension"),
                                     static_cast<std::uint64_t>(options.integer("batch-size")),
                                     static_cast<std::uint64_t>(options.integer("trajectories")),
                                     options.seed()};
    if (request.batches < 2) options.refuse("trajectories", "a variance needs several batches (allowed: 2 or more)");
    BackendOptions cpu;
    cpu.backend = BackendChoice::cpu;
    Report report;
    report.record = begin_record(options, choose_backend(cpu), "Covariance of stochastic gradients");
    const EstimatorNoise noise = estimator_noise(request);  // refuses what does not fit into memory
    tell_drawn_seed(options);
    if (noise.given_up) report.partial = "the first estimators";
    report.record.finished = utc_now();
    report.result = variance_result(request, noise);
    report.text =
        fmt::format(
            "Noise of the gradient of one batch (tangent, both means) at m1 = {:g}, m2 = {:g}, s = {:g}\n"
            "R = {:g}, w* = {:.4g}, w1 = {:.4g}, temperature {:g}, d = {:.0f}; B = {}, {} batches, seed {}\n\n",
            state.m1, state.m2, 1.0 - state.u, problem.radius, problem.target_weight, problem.weight,
            number_of(report.result, "temperature"), request.dimension, request.batch_size, request.batches,
            request.seed) +
        to_aligned_text(variance_table(report.result));
    return report;
}

}  // namespace modecollapse
