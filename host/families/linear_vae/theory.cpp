#include "host/families/linear_vae/theory.hpp"

#include <fmt/format.h>

#include <limits>

#include "host/families/linear_vae/options.hpp"
#include "host/linear_vae/fixed_points.hpp"
#include "host/linear_vae/setup.hpp"
#include "host/linear_vae/theory.hpp"
#include "host/linear_vae/warm_up.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

using linear_vae::Payload;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t warm_up_seed = 0;

// A closed form, or why there is none.
template <class Form>
TheoryFact fact(const Quantity& quantity, const Form& form) {
    try {
        return {quantity, form()};
    } catch (const std::domain_error& error) {
        return {quantity, nothing, error.what()};
    }
}

std::vector<Payload> by_dimension(const Settings& settings, const std::vector<double>& dimensions) {
    std::vector<Payload> result;
    for (const double dimension : dimensions) {
        Payload problem = settings.as<LinearVaeRun>().problem;
        problem.dimension = dimension;
        result.push_back(linear_vae::checked(problem));
    }
    return result;
}

// Over dimensions, and over levels what is solved for a level.
TheoryList rows(const std::vector<Payload>& problems, const TheoryList::Axis& dimensions,
                const std::vector<double>& levels) {
    TheoryList list = {"rows",
                       "By dimension, and the KL weight at which P(collapsed) reaches a level",
                       {dimensions, {{"level", "1", "level of P(collapsed)"}, levels, false}},
                       {}};
    const std::vector<std::string> by_dimension = {dimensions.quantity.name};
    list.columns = {
        {{"p_collapse", "1", "probability that no latent direction is active at the horizon"}, {}, {}, by_dimension},
        {{"median_time", "1", "time until half the trajectories have an active direction"}, {}, {}, by_dimension},
        {{"critical_kl_weight", "1", "KL weight at which P(collapsed) reaches the level"}, {}},
        {{"critical_status", "1", "whether there is such a KL weight"}, {}}};
    for (const Payload& p : problems) {
        list.columns[0].values.push_back(fact({}, [&] { return linear_vae::collapse_probability(p); }).value);
        const double median = fact({}, [&] { return linear_vae::median_time_to_activity(p); }).value;
        list.columns[1].values.push_back(median < std::numeric_limits<double>::infinity() ? median : nothing);
        for (const double level : levels) {
            std::string status = "not_covered";
            const double value =
                fact({}, [&] {
                    const linear_vae::CriticalKlWeight found = linear_vae::critical_kl_weight(p, level);
                    status = found.status == linear_vae::CriticalKlWeight::Status::found ? "found" : "below_range";
                    return found.value;
                }).value;
            list.columns[2].values.push_back(value);
            list.columns[3].words.push_back(status);
        }
    }
    return list;
}

TheoryList directions(const Payload& problem) {
    using linear_vae::AlignedDirection;
    TheoryList list = {"directions",
                       "The optimum, a latent direction on each of the largest eigenvalues of the data's covariance",
                       {{{"direction", "1", "latent direction"}, {}, true}},
                       {}};
    const std::pair<Quantity, double AlignedDirection::*> columns[] = {
        {{"eigenvalue", "1", "eigenvalue v of the data's covariance"}, &AlignedDirection::eigenvalue},
        {{"squared_singular_value", "1", "squared singular value s^2 of the decoder"}, &AlignedDirection::squared},
        {{"encoder_variance", "1", "variance D of the encoder"}, &AlignedDirection::encoder_variance},
        {{"gain", "1", "gain s/(s^2 + beta + lambda/v) of the encoder"}, &AlignedDirection::gain},
        {{"activity", "1", "variance of the posterior mean over the data"}, &AlignedDirection::activity},
        {{"kl", "nat", "KL divergence from the prior, a sample"}, &AlignedDirection::kl},
        {{"posterior_fisher", "1", "relative Fisher divergence of the exact posterior, a sample"},
         &AlignedDirection::fisher}};
    const std::vector<AlignedDirection> all = linear_vae::aligned_optimum(problem);
    for (std::size_t i = 0; i < all.size(); ++i) list.axes[0].values.push_back(static_cast<double>(i + 1));
    for (const auto& [quantity, member] : columns) {
        list.columns.push_back({quantity, {}});
        for (const AlignedDirection& one : all) list.columns.back().values.push_back(one.*member);
    }
    return list;
}

TheoryList all_fixed_points(const Payload& problem) {
    TheoryList list = {
        "fixed_points",
        "Fixed points, by the latent directions that lie on signals and on noise; a rate above 0: a saddle",
        {{{"fixed_point", "1", "fixed point"}, {}, true}},
        {{{"on_signals", "1", "latent directions on signals"}, {}, {}, {}, true},
         {{"on_noise", "1", "latent directions on noise"}, {}, {}, {}, true},
         {{"fixed_point_kl", "nat", "KL divergence of the encoder from the prior, a sample"}, {}},
         {{"escape_rate", "1", "largest rate at which it is left"}, {}}}};
    for (const linear_vae::FixedPoint& one : linear_vae::fixed_points(problem)) {
        list.axes[0].values.push_back(static_cast<double>(list.axes[0].values.size() + 1));
        const double values[] = {static_cast<double>(one.signals), static_cast<double>(one.noises), one.kl,
                                 one.escape_rate};
        for (std::size_t c = 0; c < list.columns.size(); ++c) list.columns[c].values.push_back(values[c]);
    }
    return list;
}

void add_warm_up(TheoryTables& tables, const Payload& problem, int starts, int threads) {
    const linear_vae::BestWarmUp best =
        linear_vae::best_warm_up(problem, 1e-3 * problem.horizon, problem.horizon, warm_up_seed, starts, threads);
    using Status = linear_vae::BestWarmUp::Status;
    const std::string never = "half the starts do not recover by the horizon with any warm-up";
    const bool none = best.status == Status::never;
    tables.facts.push_back(
        {{"warm_up", "1",
          "time t0 of the tanh warm-up with the shortest median time to recovery at 99 % of the KL weight"},
         best.best.time,
         none ? never : ""});
    tables.facts.push_back({{"warm_up_median_time", "1", "median time to recovery with it"},
                            none ? nothing : best.best.median_time,
                            none ? never : ""});
    const bool waits = best.without < std::numeric_limits<double>::infinity();
    tables.facts.push_back({{"median_time_without", "1", "median time to recovery without a warm-up"},
                            waits ? best.without : nothing,
                            waits ? "" : "half the starts do not recover by the horizon"});
    TheoryList list = {
        "warm_ups", "Warm-ups tried", {{{"warm_up_time", "1", "time t0 of the warm-up"}, {}, false}}, {}};
    list.columns = {{{"recovery_time", "1", "median time to recovery"}, {}}};
    for (const linear_vae::WarmUp& one : best.tried) {
        list.axes[0].values.push_back(one.time);
        list.columns[0].values.push_back(one.median_time < std::numeric_limits<double>::infinity() ? one.median_time
                                                                                                   : nothing);
    }
    tables.lists.push_back(std::move(list));
}

class LinearVaeTheory : public Theory {
public:
    TheoryTables tables(const Settings& settings, int threads) const override {
        const TheoryList::Axis dimensions = {
            {"dimension", "1", "dimension N of the data"}, parse_whole_list(settings.text("dimension")), true};
        const std::vector<Payload> problems = by_dimension(settings, dimensions.values);
        const Payload& p = problems.front();
        TheoryTables tables;
        tables.title = fmt::format(
            "Posterior collapse of the linear VAE: rho = {:g}, eta = {:g}, M = {}, M* = {}, beta = {:g}, L = {:g}, "
            "T = {:g}",
            p.signal_variance, p.noise_variance, p.latent, p.signal, p.kl_weight.end, p.inverse_lipschitz, p.horizon);
        tables.facts = {
            {{"boundary_kl_weight", "1", "KL weight from which on nothing is active in the end"},
             linear_vae::boundary_kl_weight(p)},
            {{"stable_collapse_kl_weight", "1", "KL weight from which on the collapsed state is stable"},
             p.inverse_lipschitz > 0.0 ? nothing : linear_vae::stable_collapse_kl_weight(p),
             p.inverse_lipschitz > 0.0 ? "an inverse-Lipschitz decoder has no collapsed state" : ""},
            {{"superfluous_kl_weight", "1", "KL weight below which a latent beyond the signal's learns noise"},
             p.inverse_lipschitz > 0.0 ? nothing : linear_vae::superfluous_kl_weight(p),
             p.inverse_lipschitz > 0.0 ? "an inverse-Lipschitz decoder keeps every direction" : ""},
            fact({"plateau_rate", "1", "rate at which the plateau of small signal is left"}, [&] {
                if (!(p.inverse_lipschitz > 0.0) && linear_vae::learns_noise(p))
                    throw std::domain_error("where noise is learned there is no plateau");
                return linear_vae::plateau_rate(p);
            })};
        const TheoryFact covered = fact({}, [&] { return linear_vae::collapse_probability(p); });
        tables.lists = {rows(problems, dimensions, parse_list(settings.text("level"))), directions(p)};
        tables.note = covered.why_none;
        if (p.dynamics == linear_vae::Dynamics::flow && p.weight_decay == 0.0)
            tables.lists.push_back(all_fixed_points(p));
        const int starts = static_cast<int>(settings.number("warm-up-starts"));
        if (starts > 0) add_warm_up(tables, p, starts, threads);
        return tables;
    }
};

}  // namespace

const Theory& linear_vae_theory() {
    static const LinearVaeTheory theory;
    return theory;
}

}  // namespace modecollapse
