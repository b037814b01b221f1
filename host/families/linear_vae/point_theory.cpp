#include "host/families/linear_vae/point_theory.hpp"

#include <limits>

#include "host/families/linear_vae/options.hpp"
#include "host/linear_vae/setup.hpp"
#include "host/linear_vae/theory.hpp"

namespace modecollapse {
namespace {

// Of one dimension, which `theory` takes a list of.
linear_vae::Payload problem_at(const Settings& settings) {
    linear_vae::Payload problem = settings.as<LinearVaeRun>().problem;
    problem.dimension = only_dimension(settings);
    return linear_vae::checked(problem);
}

class LinearVaePointTheory : public PointTheory {
public:
    std::vector<ExactNumber> numbers() const override {
        return {{{"p_collapse", "1", "probability that no latent direction is active at the horizon, in closed form"}},
                {{"median_time", "1", "time until half the trajectories have an active direction"}},
                {{"plateau_rate", "1", "rate at which the plateau of small signal is left"}},
                {{"boundary_kl_weight", "1", "KL weight from which on nothing is active in the end"}}};
    }
    void require(const Settings& settings) const override { linear_vae::collapse_probability(problem_at(settings)); }
    std::vector<double> at(const Settings& settings, int) const override {
        const linear_vae::Payload problem = problem_at(settings);
        const double median = linear_vae::median_time_to_activity(problem);
        return {linear_vae::collapse_probability(problem),
                median < std::numeric_limits<double>::infinity() ? median : std::numeric_limits<double>::quiet_NaN(),
                linear_vae::plateau_rate(problem), linear_vae::boundary_kl_weight(problem)};
    }
};

}  // namespace

const PointTheory& point_theory_of_linear_vae() {
    static const LinearVaePointTheory theory;
    return theory;
}

}  // namespace modecollapse
