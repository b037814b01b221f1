// K components followed over time: order parameters, weights, and by what a member is measured on its way.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "host/families/components/ensemble.hpp"
#include "host/families/components/measures.hpp"
#include "host/run/watch.hpp"
#include "kernels/components/ensemble.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse {
namespace {

using components::Payload;
using components::State;
using namespace components_measures;

class Monitors {
public:
    explicit Monitors(const Payload& problem)
        : problem_(problem),
          memory_(components::Expectations<double>::words(problem)),
          expectations_(problem, memory_.data()) {
        all_ = {{"beta", "1", "inverse temperature beta at the time"},
                covered_modes,
                strays,
                entropic_coverage,
                weight_error};
        for (int i = 1; i <= problem.components; ++i)
            for (int j = 1; j <= i; ++j) add(fmt::format("q_{}_{}", i, j), "products of the means, mu_i.mu_j");
        for (int i = 1; i <= problem.components; ++i)
            for (int k = 1; k <= problem.modes; ++k)
                add(fmt::format("m_{}_{}", i, k), "products of means and modes, mu_i.nu_k");
        for (int i = 1; i <= problem.components; ++i) add(fmt::format("weight_{}", i), "weight of the component");
        for (int i = 1; trains_variances(problem) && i <= problem.components; ++i)
            add(fmt::format("variance_{}", i), "variance of the component along every axis");
    }

    const std::vector<Quantity>& all() const { return all_; }

    // numbers: of the state, NaN after a failure; weights and variances take the places of their logarithms.
    components::Ending read(double time, double* numbers, double* values) {
        const State<double> y = components::state_in(problem_, numbers);
        const components::Ending end = ending_of(problem_, y, expectations_.weight);
        const bool failed = end.outcome == components::Outcome::failed;
        const double nothing = std::numeric_limits<double>::quiet_NaN();
        const components::Quantities q = failed ? components::Quantities{nothing, nothing, nothing}
                                                : quantities_of(problem_, y, expectations_, given_up_);
        throw_if_given_up();
        const double measures[] = {beta_at(problem_, time), failed ? nothing : end.covered,
                                   failed ? nothing : end.strays, q.coverage, q.weight_error};
        std::copy(std::begin(measures), std::end(measures), values);
        for (int i = 0; i < y.components && !failed; ++i) y.log_weight(i) = expectations_.weight[i];
        for (int i = 0; i < y.variances && !failed; ++i) y.log_variance(i) = std::exp(y.log_variance(i));
        std::copy_n(numbers, y.size(), values + std::size(measures));
        return end;
    }

private:
    void add(const std::string& name, const char* words) { all_.push_back({kept_name(name), "1", words}); }

    const Payload& problem_;
    std::vector<double> memory_;
    components::Expectations<double> expectations_;
    StopCheck given_up_{give_up_request()};
    std::vector<Quantity> all_;
};

}  // namespace

Series ComponentsEnsemble::follow(const SeriesRequest& request, const Backend& backend) const {
    const Payload& problem = setup_->problem();
    require(request.start.empty(), "a given start", "members of an ensemble, by --id");
    if (!request.times.empty())
        require(request.times.back() <= problem.horizon, fmt::format("times: {}", request.times.back()),
                fmt::format("up to the horizon, {}", problem.horizon));
    Monitors monitors(problem);
    const std::size_t times = request.times.size(), size = static_cast<std::size_t>(size_of_state(problem)),
                      columns = monitors.all().size();
    std::vector<double> asked = request.times;
    asked.push_back(problem.horizon);  // where the outcome is read
    Series series;
    series.monitors = monitors.all();
    series.values.resize(request.ids.size() * times * columns);
    std::vector<double> states(asked.size() * size), at_end(columns);
    for (std::size_t i = 0; i < request.ids.size(); ++i) {
        components::Status status;
        components::follow({&problem, request.seed, request.ids[i], 1, nullptr, give_up_request()}, asked,
                           states.data(), &status, backend.threads);
        throw_if_given_up();
        for (std::size_t k = 0; k < times; ++k)
            monitors.read(request.times[k], states.data() + k * size, series.values.data() + (i * times + k) * columns);
        components::Ending end = monitors.read(problem.horizon, states.data() + times * size, at_end.data());
        if (status != components::Status::at_horizon) end.outcome = components::Outcome::failed;
        series.outcomes.push_back(static_cast<std::uint8_t>(components_class(problem, end)));
    }
    return series;
}

}  // namespace modecollapse
