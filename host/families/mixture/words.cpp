#include "host/families/mixture/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/families/mixture/ensemble.hpp"
#include "modecollapse/mixture/mode_shares.hpp"

namespace modecollapse {
namespace {

bool holds(const std::vector<std::string>& names, const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_trainable(const MixtureRun& run) { return run.target.weights != WeightGeometry::fixed; }
bool is_sgd(const MixtureRun& run) { return run.settings.sampled.dynamics != Dynamics::flow; }

std::int64_t event_of(const Settings& settings, const Tally& tally, std::size_t event) {
    return tally.counts[event_at(mixture_schema(settings), event)];
}

}  // namespace

std::string describe(const Problem& problem, const MixtureSettings& settings, bool with_radius) {
    const SgdSettings& s = settings.sampled;
    std::string dynamics = "gradient flow";
    if (s.dynamics != Dynamics::flow)
        dynamics = fmt::format("{}, eta = {:g}, B = {}, {}{}", dynamics_names[static_cast<int>(s.dynamics)],
                               s.learning_rate, s.batch_size, estimator_names[static_cast<int>(s.estimator)],
                               s.baseline == Baseline::leave_one_out ? " with leave-one-out baseline" : "");
    std::string text = fmt::format("{}w* = {:.4g}, w1 = {:.4g} ({} weights, {})",
                                   with_radius ? fmt::format("R = {:g}, ", problem.radius) : "", problem.target_weight,
                                   problem.weight, weight_geometry_names[static_cast<int>(problem.weights)], dynamics);
    if (problem.beta < 1.0) text += fmt::format(", temperature {:g}", 1.0 / problem.beta);
    if (is_tempered(problem.annealing))
        text += fmt::format(", annealing {} from T0 = {:g}, t0 = {:g}", annealing_name(problem),
                            problem.annealing.initial_temperature, problem.annealing.time);
    if (is_adaptive(problem.annealing)) text += fmt::format(", target ESS {:g}", problem.annealing.target_ess);
    return text;
}

std::string describe_mixture(const Settings& settings, const std::vector<std::string>& without) {
    const MixtureRun run = mixture_run(settings);
    std::string text = describe(run.target, run.settings, !holds(without, "radius"));
    if (holds(without, "dimension")) return text;
    const std::optional<double> horizon = effective_horizon(run.target, run.settings);
    return text + fmt::format(", d = {:.0f}; {}", run.dimension,
                              horizon ? fmt::format("state at t = {:g}", *horizon) : "until trapped");
}

std::vector<Fact> facts_of_mixture(const Settings& settings, unsigned command, const Tally* tally) {
    const MixtureRun run = mixture_run(settings);
    const std::optional<double> horizon = effective_horizon(run.target, run.settings);
    std::vector<Fact> facts;
    if (tally && command == probability_command) {
        const double cap = annealing_end(run.target) + limit_time_cap(run.target, run.dimension);
        facts.push_back(
            {"time_cap", "time at which a trajectory that is not trapped is undecided", horizon ? no_number : cap});
        facts.push_back({"quasi_collapse", "trajectories that quasi-collapsed",
                         is_trainable(run) ? event_of(settings, *tally, 1) : -1, Fact::data, -1});
        facts.push_back({"full_coverage", "entropic mode coverage of a perfect fit",
                         entropic_coverage_at(run.target.target_weight)});
    }
    facts.push_back(
        {"quasi_share", "quasi share", is_trainable(run) ? run.settings.quasi_share : no_number, Fact::parameter});
    if (is_sgd(run))
        facts.push_back({"steps", "steps of each trajectory",
                         static_cast<std::int64_t>(steps_to(*horizon, run.settings.sampled.learning_rate))});
    else if (tally)
        facts.push_back(
            {"steps", "steps that the integrator attempted, of all trajectories", event_of(settings, *tally, 0)});
    return facts;
}

std::string remark_on_mixture(const Settings& settings, const Tally& tally) {
    const MixtureRun run = mixture_run(settings);
    if (!is_trainable(run)) return "\n";
    return fmt::format(
        "\n{} of them quasi-collapsed: aligned for more than {:g} % of the run, and matched or swapped at its end\n\n",
        event_of(settings, tally, 1), 100.0 * run.settings.quasi_share);
}

std::vector<SearchMark> marks_of(const SpecialRadii& radii) {
    return {
        {"r_fold_plus", "R_fold_plus", "smallest radius with a stable state on the +mu* mode", radii.fold_plus, true},
        {"r_fold_minus", "R_fold_minus", "smallest radius with a stable state on the -mu* mode", radii.fold_minus,
         true},
        {"r_inf", "R_inf", "radius at which the limit d -> infinity first collapses", radii.infinite}};
}

std::vector<SearchMark> marks_of_mixture(const Settings& settings, const std::string& searched) {
    if (searched != "radius") return {};
    const MixtureRun run = mixture_run(settings);
    return marks_of(find_special_radii(run.target, run.settings));
}

}  // namespace modecollapse
