// CPU against CUDA for K components: equal states, to the last bit, for every dynamics, kind of expectation and place of a
// thread's numbers.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/parity/gradient_flow_runs.hpp"
#include "tests/support/components_cases.hpp"

namespace modecollapse {
namespace {

using components::Dynamics;
using components::Layout;
using components::Status;
using components::Variances;
using support::ComponentsCase;
using support::ComponentsEnds;
using support::ComponentsSetup;

constexpr std::uint64_t seed = 20261129, first = 5, count = share_of(200);

ComponentsEnds on_cpu(const ComponentsSetup& setup, const double* starts = nullptr) {
    return support::run_components(setup, seed, first, count, {2, best_cpu_isa()}, starts);
}
ComponentsEnds on_cuda(const ComponentsSetup& setup, std::uint64_t of_seed, const double* starts = nullptr) {
    const auto run = [](const components::Task& task, const components::Ends& ends) {
        components::run_to_ends_on_cuda(task, ends, {0});
    };
    return support::run_components_by(run, setup, of_seed, first, count, starts, 2);
}

template <class T>
bool same_bytes(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}
bool same(const ComponentsEnds& a, const ComponentsEnds& b) {
    return same_bytes(a.state, b.state) && a.status == b.status && a.attempts == b.attempts;
}

// Those of the CPU's tests, which fit into a thread's own memory; and what does not, or has trained variances.
std::vector<ComponentsCase> cases() {
    std::vector<ComponentsCase> result = support::components_cases();
    const auto vary = [&](std::size_t from, const char* name, auto change) {
        ComponentsCase further = result[from];
        further.name = name;
        change(further.request);
        result.push_back(further);
    };
    const auto many = [](support::ComponentsRequest& r) {
        r.problem.components = 14;
        r.problem.horizon = 0.2;
    };
    vary(3, "flow, fourteen components", many);
    vary(6, "sgd, fourteen components", many);
    vary(1, "flow, trained variances", [](auto& r) {
        r.problem.variances = Variances::fisher_rao;
        r.problem.radii = components::Radii::free;
        r.problem.horizon = 0.5;
    });
    vary(6, "sgd, trained variances", [](auto& r) {
        r.problem.variances = Variances::euclidean;
        r.problem.radii = components::Radii::free;
    });
    vary(7, "sgd-full, d below the span", [](auto& r) { r.problem.dimension = 3.0; });
    vary(5, "sgd, d too small for the reduced sampler", [](auto& r) { r.problem.dimension = 4.0; });
    // sizes that have programs of their own, further to those of the CPU's tests
    const auto four = [](support::ComponentsRequest& r) {
        r.problem.components = 4;
        r.modes = components::coordinates_of({Layout::simplex, 4, 1.8, 3.0, 0.0});
        r.problem.radii = components::Radii::fixed;
        r.problem.start_radius = 1.8;
        r.problem.horizon = 0.3;
    };
    vary(3, "flow, four on four", four);
    vary(6, "sgd, four on four", four);
    vary(0, "flow, three on two", [](auto& r) { r.problem.components = 3; });
    vary(5, "sgd, four on three", [](auto& r) { r.problem.components = 4; });
    return result;
}

TEST(ComponentsParity, StatesAgree) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    for (const auto& [name, request] : cases()) {
        const ComponentsSetup setup(request);
        const ComponentsEnds cpu = on_cpu(setup);
        EXPECT_TRUE(same(cpu, on_cuda(setup, seed))) << name;
        EXPECT_FALSE(same(cpu, on_cuda(setup, seed + 1))) << name;  // twin
        for (const Status status : cpu.status) EXPECT_EQ(status, Status::at_horizon) << name;
    }
}

TEST(ComponentsParity, GivenStartsAgree) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    const ComponentsSetup setup(cases()[1].request);
    const ComponentsEnds drawn = on_cpu(setup);
    EXPECT_TRUE(same(on_cpu(setup, drawn.state.data()), on_cuda(setup, 1, drawn.state.data())));
    EXPECT_FALSE(same(drawn, on_cuda(setup, seed, drawn.state.data())));  // twin
}

TEST(ComponentsParity, StepsUsedUpAreFailures) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    support::ComponentsRequest request = cases()[0].request;
    request.problem.maximum_steps = 10;
    const ComponentsSetup setup(request);
    const ComponentsEnds cuda = on_cuda(setup, seed);
    for (const components::Ending& ending : cuda.ending) EXPECT_EQ(ending.outcome, components::Outcome::failed);
    EXPECT_TRUE(same(on_cpu(setup), cuda));
}

TEST(ComponentsParity, AStopIsServed) {
    if (const std::string reason = reason_to_skip(); !reason.empty()) GTEST_SKIP() << reason;
    const ComponentsSetup setup(cases()[5].request);
    components::Payload problem = setup.problem();
    problem.steps = 1000000000;
    StopRequest stop;
    stop.ask(0.3);
    std::vector<double> state(3 * static_cast<std::size_t>(size_of_state(problem)));
    std::vector<Status> status(3, Status::at_horizon);
    std::vector<std::uint32_t> attempts(3);
    components::run_to_ends_on_cuda({&problem, seed, first, 3, nullptr, &stop},
                                    {state.data(), status.data(), attempts.data()}, {0});
    for (const Status one : status) EXPECT_EQ(one, Status::given_up);
}

}  // namespace
}  // namespace modecollapse
