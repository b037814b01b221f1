// Ensembles of K components: member i is a function of (problem, seed, i) alone, to the last bit, for any threads, chunks,
// instruction set and compiled sizes; what is followed on the way is what ends in the ensemble; the objective never increases.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "modecollapse/components/sizes.hpp"
#include "tests/support/components_cases.hpp"

namespace modecollapse {
namespace {

using components::Dynamics;
using support::components_cases;
using support::ComponentsEnds;
using support::ComponentsRequest;
using support::ComponentsSetup;
using support::run_components;

constexpr std::uint64_t seed = 20261128, count = 27;

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

TEST(ComponentsEnsemble, ThreadsChunksAndInstructionSetsDoNotMatter) {
    for (const auto& [name, request] : components_cases()) {
        const ComponentsSetup setup(request);
        const ComponentsEnds reference = run_components(setup, seed, 0, count, {1, "baseline"});
        for (const components::Ending& ending : reference.ending)
            EXPECT_NE(ending.outcome, components::Outcome::failed) << name;
        for (const char* isa : {"avx2", "avx512"}) {
            if (!cpu_supports(isa)) continue;
            EXPECT_TRUE(same_bits(reference.state, run_components(setup, seed, 0, count, {2, isa}).state))
                << name << " " << isa;
        }
        std::vector<double> states;
        for (std::uint64_t begin = 0; begin < count; begin += 11) {
            const ComponentsEnds part =
                run_components(setup, seed, begin, std::min<std::uint64_t>(11, count - begin), {3, best_cpu_isa()});
            states.insert(states.end(), part.state.begin(), part.state.end());
        }
        EXPECT_TRUE(same_bits(reference.state, states)) << name;
        // twin: ids shifted by one
        EXPECT_FALSE(same_bits(reference.state, run_components(setup, seed, 1, count, {1, best_cpu_isa()}).state));
    }
}

TEST(ComponentsEnsemble, WhatIsFollowedEndsAsInTheEnsemble) {
    for (const auto& [name, request] : components_cases()) {
        const ComponentsSetup setup(request);
        const auto size = static_cast<std::size_t>(size_of_state(setup.problem()));
        const ComponentsEnds ends = run_components(setup, seed, 0, 4, {1, best_cpu_isa()});
        const std::vector<double> times = {0.0, 0.3 * setup.problem().horizon, setup.problem().horizon};
        std::vector<double> states(4 * times.size() * size);
        std::vector<components::Status> status(4);
        components::follow({&setup.problem(), seed, 0, 4}, times, states.data(), status.data(), 2);
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_EQ(
                std::memcmp(states.data() + (3 * i + 2) * size, ends.state.data() + i * size, size * sizeof(double)), 0)
                << name;
            EXPECT_NE(std::memcmp(states.data() + 3 * i * size, ends.state.data() + i * size, size * sizeof(double)),
                      0);
        }
    }
}

// Small sizes have programs of their own (sizes.hpp), with the bits of the program of any sizes.
TEST(ComponentsEnsemble, CompiledSizesDoNotMatter) {
    const auto states_of = [](const ComponentsRequest& request, bool compiled, const char* isa) {
        ComponentsRequest chosen = request;
        chosen.problem.compiled_sizes = compiled;
        return run_components(ComponentsSetup(chosen), seed, 0, 9, {1, isa}).state;
    };
    for (int k = 2; k <= 4; ++k)
        for (int modes = 2; modes <= 4; ++modes)
            for (const Dynamics dynamics : {Dynamics::flow, Dynamics::sgd, Dynamics::sgd_full})
                for (const components::Weights weights : {components::Weights::fixed, components::Weights::softmax}) {
                    ComponentsRequest request =
                        support::short_request(k, components::Layout::simplex, modes, dynamics, weights, 9.0, 0.1, 0.3);
                    request.problem.beta = weights == components::Weights::fixed ? 1.0 : 0.8;
                    const std::vector<double> any = states_of(request, false, "baseline");
                    const std::string name = std::to_string(k) + " on " + std::to_string(modes) + ", " +
                                             components::dynamics_names[static_cast<int>(dynamics)];
                    for (const char* isa : {"baseline", "avx2", "avx512"})
                        if (cpu_supports(isa)) {
                            EXPECT_TRUE(same_bits(any, states_of(request, true, isa))) << name << " " << isa;
                        }
                    // twin: an error of the last bit in what all members share
                    request.problem.horizon = std::nextafter(request.problem.horizon, 0.0);
                    request.problem.learning_rate = std::nextafter(request.problem.learning_rate, 1.0);
                    EXPECT_FALSE(same_bits(any, states_of(request, true, "baseline"))) << name;
                }
}

// The program of a size is not taken for another, nor with trained variances.
TEST(ComponentsEnsemble, SizesAreThoseOfTheProblem) {
    const auto taken = [](int k, int modes, components::Variances variances, bool compiled) {
        components::Payload problem;
        problem.components = k;
        problem.modes = modes;
        problem.variances = variances;
        problem.compiled_sizes = compiled;
        std::pair<int, int> sizes;
        components::with_sizes(problem, [&](auto of) { sizes = {of.components, of.modes}; });
        return sizes;
    };
    using components::Variances;
    const std::pair<int, int> any = {0, 0};
    for (int k = 1; k <= 5; ++k)
        for (int modes = 1; modes <= 5; ++modes) {
            const bool small = k <= 4 && modes >= 2 && modes <= k;
            EXPECT_EQ(taken(k, modes, Variances::fixed, true), small ? std::make_pair(k, modes) : any);
            EXPECT_EQ(taken(k, modes, Variances::fixed, false), any);
            EXPECT_EQ(taken(k, modes, Variances::euclidean, true), any);
        }
}

// Along the flow at constant beta; rank 3 to the error of its nodes.
TEST(ComponentsEnsemble, TheObjectiveNeverIncreases) {
    for (const auto& [name, request] : components_cases()) {
        if (request.problem.dynamics != Dynamics::flow) continue;
        ComponentsRequest plain = request;
        plain.problem.annealing = {};
        plain.problem.beta = 0.7;
        const ComponentsSetup setup(plain);
        const auto size = static_cast<std::size_t>(size_of_state(setup.problem()));
        std::vector<double> times;
        for (int k = 0; k <= 40; ++k) times.push_back(setup.problem().horizon * k / 40.0);
        std::vector<double> states(2 * times.size() * size);
        std::vector<components::Status> status(2);
        components::follow({&setup.problem(), seed, 0, 2}, times, states.data(), status.data(), 2);
        support::FieldOf field(setup);
        const double slack = plain.problem.components > 3 ? 1e-3 : 1e-6;
        for (std::size_t i = 0; i < 2; ++i) {
            double last = 1e300, first = 0.0;
            for (std::size_t k = 0; k < times.size(); ++k) {
                double* at = states.data() + (i * times.size() + k) * size;
                const double now = field->objective(components::state_in(setup.problem(), at), 0.7);
                EXPECT_LT(now, last + slack) << name << " " << times[k];
                if (k == 0) first = now;
                last = now;
            }
            EXPECT_LT(last, first - 10.0 * slack) << name;  // it did move
        }
    }
}

}  // namespace
}  // namespace modecollapse
