// modecollapse variance: how noisy each gradient estimator is at a state.
#include <fmt/format.h>

#include "host/cli/commands.hpp"
#include "host/mixture/estimator_variance.hpp"
#include "host/options/physics_options.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

struct Choice {
    Estimator estimator;
    Baseline baseline;
    std::string name() const {
        return std::string(estimator_names[static_cast<int>(estimator)]) +
               (baseline == Baseline::none ? "" : " leave-one-out");
    }
};

constexpr Choice choices[] = {{Estimator::pathwise, Baseline::none},
                              {Estimator::reparameterized, Baseline::none},
                              {Estimator::score, Baseline::none},
                              {Estimator::score, Baseline::leave_one_out}};

}  // namespace

Report run_variance(const Configuration& options) {
    Problem problem = problem_from(options);
    const OrderParameters<double> state = given_start(options, problem).front();
    MixtureSettings settings;
    settings.sampled.dynamics = Dynamics::sgd;
    settings.sampled.batch_size = static_cast<std::uint64_t>(options.integer("batch-size"));
    settings.horizon = 1.0;
    const auto batches = static_cast<std::uint64_t>(options.integer("trajectories"));
    const double dimension = options.number("dimension");
    if (batches < 2) options.refuse("trajectories", "a variance needs several batches (allowed: 2 or more)");
    BackendOptions cpu;
    cpu.backend = BackendChoice::cpu;
    Report report;
    report.record = begin_record(options, choose_backend(cpu), "Covariance of stochastic gradients");

    report.json["estimators"] = nlohmann::ordered_json::array();
    report.csv.columns = {"estimator", "trace", "ci_low", "ci_high", "in_span", "mean_squared", "weight_variance"};
    Table table{{"estimator", "trace of covariance", "95 % interval", "in the span", "|mean|^2", "variance of D"}, {}};
    std::vector<std::string> names;
    std::vector<double> traces, low, high;
    for (const Choice& choice : choices) {
        if (choice.estimator == Estimator::score && problem.beta != 1.0) continue;  // no exact reduced sampler
        if (choice.baseline == Baseline::leave_one_out && settings.sampled.batch_size < 2) continue;
        settings.sampled.estimator = choice.estimator;
        settings.sampled.baseline = choice.baseline;
        require_runnable(problem, settings);
        EstimatorVariance v = {};
        try {
            v = estimator_variance(sgd_payload(problem, settings, dimension), state, batches, options.seed());
        } catch (const Interrupted&) {
            if (traces.empty() || !partial_answers_kept()) throw;
            report.partial = "the first estimators";
            break;
        }
        report.json["estimators"].push_back({{"estimator", estimator_names[static_cast<int>(choice.estimator)]},
                                             {"baseline", baseline_names[static_cast<int>(choice.baseline)]},
                                             {"trace", v.trace},
                                             {"ci_low", v.interval.low},
                                             {"ci_high", v.interval.high},
                                             {"in_span", v.in_span},
                                             {"mean_squared", v.mean_squared},
                                             {"weight_variance", v.weight}});
        report.csv.rows.push_back({choice.name(), cell_text(v.trace), cell_text(v.interval.low),
                                   cell_text(v.interval.high), cell_text(v.in_span), cell_text(v.mean_squared),
                                   cell_text(v.weight)});
        table.rows.push_back({choice.name(), fmt::format("{:.4g}", v.trace),
                              fmt::format("{:.4g} .. {:.4g}", v.interval.low, v.interval.high),
                              fmt::format("{:.3f}", v.in_span), fmt::format("{:.4g}", v.mean_squared),
                              fmt::format("{:.4g}", v.weight)});
        traces.push_back(v.trace);
        low.push_back(v.interval.low);
        high.push_back(v.interval.high);
    }
    report.record.finished = utc_now();
    report.json["start"] = {state.m1, state.m2, 1.0 - state.u};
    report.json["batches"] = batches;
    report.json["batch_size"] = settings.sampled.batch_size;
    report.json["seed"] = options.seed();
    report.json["radius"] = problem.radius;
    report.json["dimension"] = options.integer("dimension");
    report.json["target_weight"] = problem.target_weight;
    report.json["weight"] = problem.weight;
    report.json["weights"] = weight_geometry_names[static_cast<int>(problem.weights)];
    report.json["temperature"] = 1.0 / problem.beta;
    add_provenance(report.json, options, report.record);
    report.text =
        fmt::format(
            "Noise of the gradient of one batch (tangent, both means) at m1 = {:g}, m2 = {:g}, s = {:g}\n"
            "R = {:g}, w* = {:.4g}, w1 = {:.4g}, temperature {:g}, d = {:.0f}; B = {}, {} batches, seed {}\n\n",
            state.m1, state.m2, 1.0 - state.u, problem.radius, problem.target_weight, problem.weight,
            1.0 / problem.beta, dimension, settings.sampled.batch_size, batches, options.seed()) +
        to_aligned_text(table);
    report.dataset.dimensions = {{"estimator", traces.size()}};
    report.dataset.variables = {
        {"trace",
         {"estimator"},
         traces,
         {{"units", "1"}, {"long_name", "trace of the covariance of the gradient of one batch"}}},
        {"ci_low", {"estimator"}, low, {{"units", "1"}, {"long_name", "lower end of its 95 % interval"}}},
        {"ci_high", {"estimator"}, high, {{"units", "1"}, {"long_name", "upper end of its 95 % interval"}}}};
    return report;
}

}  // namespace modecollapse
