// K = K* = 2, antipodal modes: the general flow against the two-component engine from equal starts, which are classified
// alike but for what hangs on the errors of either.
//
// Light here; in the longer version (label validation) MODECOLLAPSE_VALIDATION_STARTS says how many starts.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "host/mixture/ensemble.hpp"
#include "tests/support/components_problems.hpp"
#include "tests/support/gradient_flow_payloads.hpp"

namespace modecollapse {
namespace {

constexpr double radius = 1.6, dimension = 50.0, horizon = 200.0;

std::uint64_t number_of_starts() {
    const char* given = std::getenv("MODECOLLAPSE_VALIDATION_STARTS");
    return given ? std::strtoull(given, nullptr, 10) : 2000;
}

// The general program's state of a start of the mixture.
std::vector<double> general_starts(const components::Payload& problem,
                                   const std::vector<OrderParameters<double>>& starts) {
    const auto size = static_cast<std::size_t>(size_of_state(problem));
    std::vector<double> states(starts.size() * size);
    constexpr double r2 = radius * radius;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const components::State<double> y = components::state_in(problem, states.data() + i * size);
        y.q(0, 0) = y.q(1, 1) = r2;
        y.q(1, 0) = r2 * (1.0 - starts[i].u);
        for (const int k : {0, 1}) {
            y.m(0, k) = (k == 0 ? r2 : -r2) * starts[i].m1;
            y.m(1, k) = (k == 0 ? r2 : -r2) * starts[i].m2;
        }
        for (const int j : {0, 1}) y.log_weight(j) = problem.log_weight[j];
    }
    return states;
}

components::Outcome general_outcome(Outcome outcome) {
    if (outcome == Outcome::matched || outcome == Outcome::swapped) return components::Outcome::covered;
    if (outcome == Outcome::aligned_plus || outcome == Outcome::aligned_minus) return components::Outcome::lost;
    return outcome == Outcome::failed ? components::Outcome::failed : components::Outcome::undecided;
}

// Share of equal starts that end in other classes, with the means exchanged where `weights` are the other way round.
double share_of_differences(const std::vector<double>& weights, double target_weight) {
    const std::uint64_t count = number_of_starts();
    std::vector<OrderParameters<double>> starts;
    for (std::uint64_t id = 0; id < count; ++id) starts.push_back(support::start_of(id, 7, dimension));
    MixtureSettings settings;
    settings.horizon = horizon;
    const MixtureSetup fast({radius, target_weight, 0.6, 1.0}, settings);
    support::Records records(count);
    Backend backend;
    backend.name = "cpu";
    backend.isa = best_cpu_isa();
    backend.threads = 2;
    run_from_starts(fast, dimension, starts.data(), count, records.pointers(), backend);

    support::ComponentsRequest request = support::components_request(2, components::Layout::antipodal, 2, radius);
    request.target_weight = {target_weight};
    request.weight = weights;
    request.problem.dimension = dimension;
    request.problem.horizon = horizon;
    const support::ComponentsSetup setup(request);
    const std::vector<double> states = general_starts(setup.problem(), starts);
    const support::ComponentsEnds ends =
        support::run_components(setup, 7, 0, count, {2, best_cpu_isa()}, states.data());
    std::uint64_t different = 0;
    for (std::uint64_t i = 0; i < count; ++i)
        if (ends.ending[i].outcome != general_outcome(static_cast<Outcome>(records.outcome[i]))) ++different;
    return static_cast<double>(different) / static_cast<double>(count);
}

TEST(ComponentsMixture, EqualStartsEndAlike) {
    const double share = share_of_differences({0.6}, 0.7);
    RecordProperty("share", std::to_string(share));
    EXPECT_LT(share, 1e-4);
    EXPECT_GT(share_of_differences({0.4}, 0.7), 1e-2);  // twin
}

}  // namespace
}  // namespace modecollapse
