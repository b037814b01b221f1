// Proves: a run stops soon after its watch asks for it, and only its own; without a watch nothing is asked.
#include "host/run/watch.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "host/mixture/ensemble.hpp"
#include "tests/support/gradient_flow_payloads.hpp"
#include "tests/support/stop_time.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t endless = 1'000'000'000'000;

OutcomeCounts run_example(std::uint64_t trajectories, const RunControl& control = {}) {
    const MixtureSetup setup(support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0), {});
    EnsembleRequest request;
    request.seed = 7;
    request.trajectories = trajectories;
    return run_ensemble(setup, request, choose_backend({BackendChoice::cpu, 2, 0, ""}), control);
}

TEST(RunWatch, AStopFromAnotherThreadEndsTheRun) {
    const double seconds = support::seconds_to_stop([] { run_example(endless); });
    EXPECT_LT(seconds, 5.0);  // a run to the end would take days
}

// Seconds from the request to the end of a run of two registers of SGD trajectories.
TEST(RunWatch, AStopIsServedBetweenTwoStepsOfSgd) {
    const auto run = [](Dynamics dynamics, double horizon) {
        MixtureSettings settings;
        settings.sampled.dynamics = dynamics;
        settings.sampled.batch_size = 100'000;
        settings.horizon = horizon;
        EnsembleRequest request;
        request.dimension = 4.0;
        request.trajectories = 16;
        const MixtureSetup setup(support::problem_of(1.5, 2.0 / 3.0, 2.0 / 3.0), settings);
        const auto started = std::chrono::steady_clock::now();
        run_ensemble(setup, request, choose_backend({BackendChoice::cpu, 2, 0, ""}));
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    };
    for (const Dynamics dynamics : {Dynamics::sgd, Dynamics::sgd_full}) {
        const double of_a_step = run(dynamics, default_learning_rate);
        EXPECT_LT(support::seconds_to_stop([&] { run(dynamics, 1e4); }), 5.0);
        EXPECT_GT(of_a_step * 1e4 / default_learning_rate, 60.0);  // twin: what waiting for a register would have taken
    }
}

TEST(RunWatch, AStopInTheMiddleOfARunIsNoticedBetweenChunks) {
    RunWatch watch;
    const WatchScope scope(&watch);
    std::uint64_t done_before = 0;
    RunControl control;
    control.progress = [&](std::uint64_t done) {
        done_before = done;
        watch.ask_to_stop();
    };
    EXPECT_THROW(run_example(100'000, control), Interrupted);
    EXPECT_GT(done_before, 0u);
    EXPECT_LT(done_before, 100'000u);
}

TEST(RunWatch, HoldsForItsThreadAndItsScope) {
    RunWatch outer, inner;
    outer.ask_to_stop();
    EXPECT_FALSE(stop_asked());
    {
        const WatchScope scope(&outer);
        EXPECT_TRUE(stop_asked());
        {
            const WatchScope nested(&inner);
            EXPECT_FALSE(stop_asked());
        }
        EXPECT_TRUE(stop_asked());
        bool elsewhere = true;
        std::thread([&] { elsewhere = stop_asked(); }).join();
        EXPECT_FALSE(elsewhere);
    }
    EXPECT_FALSE(stop_asked());
    EXPECT_EQ(total_of(run_example(1000)), 1000);
}

TEST(RunWatch, WorkForTheWatchingThreadIsHandedOverOrDoneHere) {
    int here = 0;
    run_on_watching_thread([&] { ++here; });
    EXPECT_EQ(here, 1);
    RunWatch watch;
    std::string heard;
    watch.on_watching_thread = [&](const std::function<void()>& work) {
        heard = "handed over";
        work();
    };
    const WatchScope scope(&watch);
    run_on_watching_thread([&] { ++here; });
    EXPECT_EQ(here, 2);
    EXPECT_EQ(heard, "handed over");
}

}  // namespace
}  // namespace modecollapse
