#include "host/families/realnvp/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/families/realnvp/ensemble.hpp"
#include "host/io/names.hpp"

namespace modecollapse {
namespace {

// Options and numbers that the mixture has and flows do not: none, so that results of both have the same keys.
constexpr const char* numbers_of_others[] = {"weight",    "quasi_share", "alignment_threshold", "weight_floor",
                                             "tolerance", "time_cap",    "quasi_collapse",      "replicates"};
constexpr const char* words_of_others[] = {"weights", "dynamics", "sampling", "baseline"};

}  // namespace

std::string describe_training(const Problem& target, const Training& training) {
    const RealnvpShape& shape = training.shape;
    std::string text =
        fmt::format("w* = {:.4g}; RealNVP of {} layers, width {}, depth {}, mask {}\n", target.target_weight,
                    shape.layers, shape.width, shape.depth, coupling_mask_names[static_cast<int>(shape.mask)]);
    text +=
        fmt::format("{} steps of {}, eta = {:g} ({}), B = {}, {}", training.steps,
                    optimizer_names[static_cast<int>(training.optimizer.optimizer)], training.optimizer.learning_rate,
                    rate_schedule_names[static_cast<int>(training.optimizer.schedule)], training.batch,
                    realnvp_estimator_names[static_cast<int>(training.estimator)]);
    if (training.optimizer.gradient_clip > 0.0)
        text += fmt::format(", gradient clipped at {:g}", training.optimizer.gradient_clip);
    if (target.beta < 1.0) text += fmt::format(", temperature {:g}", 1.0 / target.beta);
    if (is_tempered(target.annealing))
        text += fmt::format(", annealing {} from T0 = {:g} in t0 = {:g} steps", annealing_name(target),
                            target.annealing.initial_temperature, target.annealing.time);
    return text;
}

std::string describe(const Problem& target, const Training& training) {
    return fmt::format("R = {:g}, d = {}, {}", target.radius, training.shape.dimension,
                       describe_training(target, training));
}

std::string describe_realnvp(const Settings& settings, const std::vector<std::string>& without) {
    const RealnvpRun run = realnvp_run(settings);
    const auto told = [&](const char* name) {
        return std::find(without.begin(), without.end(), name) == without.end();
    };
    std::string text;
    if (told("radius")) text += fmt::format("R = {:g}, ", run.target.radius);
    if (told("dimension")) text += fmt::format("d = {}, ", run.training.shape.dimension);
    return text + describe_training(run.target, run.training);
}

std::vector<Fact> facts_of_realnvp(const Settings& settings, unsigned command, const Tally*) {
    const RealnvpRun run = realnvp_run(settings);
    std::vector<Fact> facts;
    if (command == threshold_command) {
        for (const char* name : {"r_fold_plus", "r_fold_minus", "r_inf", "radii_status"})
            facts.push_back({name, "of the mixture: none", no_number});
    } else
        facts.push_back(
            {"target_projected_variance", "variance of the target along mu*/R", target_projected_variance(run.target)});
    facts.push_back({"scale_bound", "bound on the logarithm of a coupling's scale", run.training.shape.scale_bound,
                     Fact::parameter});
    facts.push_back({"start_scale", "standard deviation of the parameters at the start", run.training.start_scale,
                     Fact::parameter});
    for (const char* name : numbers_of_others)
        facts.push_back({name, "of the mixture: none", no_number, Fact::parameter});
    for (const char* name : words_of_others)
        facts.push_back({name, "of the mixture: none", std::string("none"), Fact::parameter, {}, true});
    return facts;
}

std::string remark_on_realnvp(const Settings& settings, const Tally& tally) {
    const Schema schema = realnvp_schema(settings);
    const auto mean = [&](RealnvpQuantity quantity) {
        return mean_of(schema, tally, static_cast<std::size_t>(quantity)).mean;
    };
    return fmt::format(
        "\nmeans: KL(q||p) {:.4g}, effective samples {:.3f}, variance along mu* {:.4g} (target {:.4g})\n",
        mean(RealnvpQuantity::reverse_kl), mean(RealnvpQuantity::effective_samples),
        mean(RealnvpQuantity::projected_variance), target_projected_variance(realnvp_run(settings).target));
}

std::string remedy_for_realnvp(const Settings&) {
    return "to change that, lower --learning-rate or give --gradient-clip";
}

}  // namespace modecollapse
