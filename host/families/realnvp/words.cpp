#include "host/families/realnvp/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/families/mode_measures.hpp"
#include "host/families/realnvp/ensemble.hpp"
#include "host/families/words.hpp"
#include "host/io/names.hpp"

namespace modecollapse {
namespace {

// Options and numbers that the mixture has and flows do not: none, so that results of both have the same keys.
constexpr const char* numbers_of_others[] = {"weight",    "quasi_share", "alignment_threshold", "weight_floor",
                                             "tolerance", "time_cap",    "quasi_collapse",      "replicates"};
constexpr const char* words_of_others[] = {"weights", "dynamics", "sampling", "baseline"};

// "w* = 0.667; RealNVP of 6 layers, width 32, ...". modes: told in the place of w*, if there are any.
std::string describe_training(const Problem& target, const Training& training, const std::string& modes) {
    const RealnvpShape& shape = training.shape;
    std::string text =
        fmt::format("{}; RealNVP of {} layers, width {}, depth {}, mask {}\n",
                    modes.empty() ? fmt::format("w* = {:.4g}", target.target_weight) : modes, shape.layers, shape.width,
                    shape.depth, coupling_mask_names[static_cast<int>(shape.mask)]);
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

// Variance of the target along mu*/R, or of K* modes in their span.
double variance_of_target(const RealnvpRun& run, const PlacedModes* modes) {
    return modes ? modes->variance() : target_projected_variance(run.target);
}

}  // namespace

std::string describe(const SavedMembers& flows) {
    if (flows.modes)
        return fmt::format("d = {}, {}", flows.training.shape.dimension,
                           describe_training(flows.target, flows.training,
                                             fmt::format("K* = {} modes", flows.modes->weights().size())));
    return fmt::format("R = {:g}, d = {}, {}", flows.target.radius, flows.training.shape.dimension,
                       describe_training(flows.target, flows.training, ""));
}

std::string describe_realnvp(const Settings& settings, const std::vector<std::string>& without) {
    const RealnvpRun run = realnvp_run(settings);
    const auto told = [&](const char* name) {
        return std::find(without.begin(), without.end(), name) == without.end();
    };
    const components::Layout layout = run.modes.layout;
    const bool by_spacing = layout == components::Layout::line || layout == components::Layout::grid;
    std::string text, modes;
    if (run.has_modes()) {
        modes = fmt::format("layout {}", components::layout_names[static_cast<int>(layout)]);
        if (layout != components::Layout::file && told("modes"))
            modes = fmt::format("K* = {}, {}", run.modes.count, modes);
        if (by_spacing && told("spacing")) modes += fmt::format(", spacing {:g}", run.modes.spacing);
    }
    const bool by_radius = layout != components::Layout::file && !by_spacing;
    if (by_radius && told("radius")) text += fmt::format("R = {:g}, ", run.target.radius);
    if (told("dimension")) text += fmt::format("d = {}, ", run.training.shape.dimension);
    return text + describe_training(run.target, run.training, modes);
}

std::vector<Fact> facts_of_realnvp(const Settings& settings, unsigned command, const Tally*) {
    const RealnvpRun run = realnvp_run(settings);
    std::vector<Fact> facts;
    if (command == threshold_command) {
        for (const char* name : {"r_fold_plus", "r_fold_minus", "r_inf", "radii_status"})
            facts.push_back({name, "of the mixture: none", no_number});
    } else {
        const std::shared_ptr<const PlacedModes> modes = modes_of(run);
        facts.push_back(
            {"target_projected_variance",
             modes ? "variance of the target in the span of the modes" : "variance of the target along mu*/R",
             variance_of_target(run, modes.get())});
        if (modes) {
            const TargetModes target = modes->target();
            for (const Fact& fact : facts_of_modes(target.count, target.span, modes->entropic_coverage()))
                facts.push_back(fact);
        }
    }
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
    const RealnvpRun run = realnvp_run(settings);
    const std::shared_ptr<const PlacedModes> modes = modes_of(run);
    std::string text =
        fmt::format("\nmeans: KL(q||p) {:.4g}, effective samples {:.3f}, variance {} {:.4g} (target {:.4g})\n",
                    mean(RealnvpQuantity::reverse_kl), mean(RealnvpQuantity::effective_samples),
                    modes ? "in the span of the modes" : "along mu*", mean(RealnvpQuantity::projected_variance),
                    variance_of_target(run, modes.get()));
    if (modes && modes->weights().size() > 1)
        text += fmt::format("entropic mode coverage {:.4g} (target {:.4g}), ", mean(RealnvpQuantity::entropic_coverage),
                            modes->entropic_coverage());
    if (modes) text += fmt::format("mode-weight error {:.4g}\n", mean(RealnvpQuantity::weight_error));
    return text;
}

std::string remedy_for_realnvp(const Settings&) {
    return std::string(lower_learning_rate) + " or give --gradient-clip";
}

}  // namespace modecollapse
