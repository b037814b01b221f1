#include "host/families/mixture/point_theory.hpp"

#include <stdexcept>

#include "host/families/mixture/options.hpp"
#include "host/theory/collapse_theory.hpp"

namespace modecollapse {
namespace {

class MixtureTheory : public PointTheory {
public:
    std::vector<ExactNumber> numbers() const override {
        std::vector<ExactNumber> numbers = {
            {{"p_collapse", "1", "probability of mode collapse by the theory"}},
            {{"p_low", "1", "p_collapse less its error, if none of the failed starts collapses"}},
            {{"p_high", "1", "p_collapse plus its error, if all failed starts collapse"}},
            {{"p_leading_order", "1", "the same to leading order for large d: s(0) = 0"}},
            {{"error", "1", "bound on the error of every probability: numerical, and what failed"}},
            {{"converged", "1", "whether the error met the accuracy"}, ExactNumber::yes_or_no},
            {{"trajectories", "1", "trajectories of the full flow that were used"}, ExactNumber::whole}};
        for (const char* outcome : outcome_names)
            numbers.push_back({{outcome, "1", "probability of the outcome by the theory"}, ExactNumber::of_an_outcome});
        return numbers;
    }

    void require(const Settings& settings) const override {
        const MixtureRun run = mixture_run(settings);
        require_runnable(run.target, run.settings);
        if (run.settings.sampled.dynamics != Dynamics::flow)
            throw std::domain_error("dynamics: the theory is for the gradient flow (allowed: flow)");
        if (is_adaptive(run.target.annealing))
            throw std::domain_error(
                "annealing: the theory knows no schedule that depends on the trajectory (allowed: another)");
        if (run.target.weights != WeightGeometry::fixed)
            throw std::domain_error("weights: the theory is for fixed weights (allowed: fixed)");
        if (run.settings.precision != Precision::double_precision)
            throw std::domain_error(
                "precision: the theory locates separatrices in double precision only (allowed: double)");
        only_dimension(settings);
    }

    std::vector<double> at(const Settings& settings, int threads) const override {
        const MixtureRun run = mixture_run(settings);
        TheoryOptions options;
        options.accuracy = settings.number("accuracy");
        options.threads = threads;
        const CollapseTheory found =
            collapse_theory(MixtureSetup(run.target, run.settings), only_dimension(settings), options);
        std::vector<double> values = {found.p_collapse,
                                      found.p_low,
                                      found.p_high,
                                      found.p_leading_order,
                                      found.error,
                                      found.converged ? 1.0 : 0.0,
                                      static_cast<double>(found.trajectories)};
        values.insert(values.end(), found.share, found.share + outcome_count);
        return values;
    }
};

}  // namespace

const PointTheory& point_theory_of_mixture() {
    static const MixtureTheory theory;
    return theory;
}

}  // namespace modecollapse
