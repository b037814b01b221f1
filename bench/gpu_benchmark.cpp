// The engine on CUDA device 0, what bounds it there, and a plain solver on the same card; wall time.
//
//   limit/<precision>/multiply_adds     fused multiply-adds in registers;  limit/copy: bytes;  limit/normals: as
//                                       sampled dynamics draw them
//   engine/<precision>/tolerance:t      whole trajectories of the reference case until trapped; engine/cpu: the
//                                       same on all cores
//   horizon/engine/tolerance:t          from the initial law to t = 10, no end before the horizon
//                                       (bench/peers/work_precision.cpp);
//   horizon/runge_kutta/steps:n         the classical method of order 4 with n fixed steps, a thread a trajectory
//   step/reduced, step/normals          a step of SGD, d = 1000, B = 1000, and as many normals only drawn; per
//                                       trajectory
//   training/<case>/<precision>         a step of a member of a RealNVP ensemble
//
// Before anything is timed, the GPU must give the CPU's outcomes in 10^5 trajectories (10^-4 of them may differ), and
// the solvers' errors at the horizon are measured and stand in the counter error_median. Without a device: says so and
// measures nothing. With --quick as the first argument every size is 10^5 times smaller: shows that all of it runs.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

#include "bench/gpu_parts.hpp"
#include "bench/operation_count.hpp"
#include "bench/peers/fixed_horizon.hpp"
#include "bench/realnvp_case.hpp"
#include "bench/run_benchmarks.hpp"
#include "bench/sgd_case.hpp"
#include "kernels/realnvp/ensemble.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse::bench {
namespace {

bool quick = false;
std::uint64_t sized(std::uint64_t full) { return quick ? std::max<std::uint64_t>(full / 100000, 64) : full; }

// trajectories whose error at the horizon is taken
std::uint64_t checked() { return quick ? 64 : 4096; }

using State = OrderParameters<double>;

template <class Run>
void add(const std::string& name, const Run& run) {
    benchmark::RegisterBenchmark(name.c_str(), [run](benchmark::State& state) {
        double items = 0.0;
        for (auto _ : state) items += run();
        state.counters["items"] = benchmark::Counter(items, benchmark::Counter::kIsRate);
    })->UseRealTime();
}

// Ids go on from call to call, so that no run repeats another.
struct NextIds {
    std::shared_ptr<std::uint64_t> next = std::make_shared<std::uint64_t>(0);
    std::uint64_t operator()(std::uint64_t count) const {
        *next += count;
        return *next - count;
    }
};

OutcomeCounts run_trajectories(const TrajectoryTask& task, bool cuda) {
    const int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    return cuda ? run_trajectories_on_cuda(task, {0}) : run_trajectories_on_cpu(task, {threads, best_cpu_isa()});
}

// Counters: floating-point operations of a trajectory (bench/operation_count.hpp).
void add_engine(const std::string& name, const Case& which, std::uint64_t count, bool cuda) {
    const auto setup = std::make_shared<MixtureSetup>(mixture_setup_of(which));
    const auto problem =
        std::make_shared<GradientFlowPayload>(setup->for_dimension(which.dimension));  // points into the setup
    const NextIds ids;
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
        for (auto _ : state)
            benchmark::DoNotOptimize(
                run_trajectories(task_of(which, *problem, ids(count), count), cuda).count[setup ? 0 : 1]);
        state.counters["items"] = benchmark::Counter(
            static_cast<double>(count) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
        add_operation_counters(state, count_trajectory(*problem, benchmark_seed, which.dimension));
    })->UseRealTime();
}

std::vector<State> ends_of_engine(double tolerance, bool cuda) {
    const GradientFlowPayload problem = fixed_horizon_problem(tolerance);
    std::vector<double> m1(checked()), m2(checked()), u(checked());
    TrajectoryTask task = task_of({}, problem, 0, checked());
    task.record.m1 = m1.data();
    task.record.m2 = m2.data();
    task.record.u = u.data();
    run_trajectories(task, cuda);
    std::vector<State> ends(checked());
    for (std::size_t i = 0; i < checked(); ++i) ends[i] = {m1[i], m2[i], u[i], 0.0};
    return ends;
}

double median_error(const std::vector<State>& ends, const std::vector<State>& reference) {
    std::vector<double> errors;
    for (std::size_t i = 0; i < ends.size(); ++i)
        errors.push_back(std::max({std::fabs(ends[i].m1 - reference[i].m1), std::fabs(ends[i].m2 - reference[i].m2),
                                   std::fabs(ends[i].u - reference[i].u)}));
    std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2), errors.end());
    return errors[errors.size() / 2];
}

// Time per trajectory to the horizon, with the error that it was had for.
template <class Run>
void add_horizon(const std::string& name, double error, std::uint64_t count, const Run& run) {
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
        for (auto _ : state) run();
        state.counters["items"] = benchmark::Counter(
            static_cast<double>(count) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
        state.counters["error_median"] = error;
    })->UseRealTime();
}

void add_horizons() {
    const std::uint64_t count = sized(1u << 22);
    const std::vector<State> reference = ends_of_engine(1e-12, false);
    for (const auto& [text, tolerance] :
         {std::pair{"1e-4", 1e-4}, {"1e-5", 1e-5}, {"1e-6", 1e-6}, {"1e-7", 1e-7}, {"1e-8", 1e-8}}) {
        const auto problem = std::make_shared<GradientFlowPayload>(fixed_horizon_problem(tolerance));
        const NextIds ids;
        add_horizon(std::string("horizon/engine/tolerance:") + text,
                    median_error(ends_of_engine(tolerance, true), reference), count, [=] {
                        benchmark::DoNotOptimize(
                            run_trajectories_on_cuda(task_of({}, *problem, ids(count), count), {0}).count[0]);
                    });
    }
    const InitialLaw<double, Random123Words> law(Random123Words{}, benchmark_seed, Case{}.dimension);
    std::vector<State> starts(count);
    for (std::uint64_t id = 0; id < count; ++id) starts[id] = id < checked() ? law(&id) : starts[id % checked()];
    const auto solver = std::make_shared<GpuRungeKutta>(fixed_horizon_problem(1e-6).flow, starts);
    for (const int steps : {32, 64, 128, 256, 512}) {
        solver->run(fixed_horizon, steps);
        add_horizon("horizon/runge_kutta/steps:" + std::to_string(steps),
                    median_error(solver->ends(checked()), reference), count,
                    [=] { solver->run(fixed_horizon, steps); });
    }
}

void add_sgd() {
    const std::uint64_t trajectories = sized(1u << 14), steps = quick ? 1 : 20;
    const auto problem =
        std::make_shared<SgdPayload>(sgd_payload_of({SgdSampler::reduced, Estimator::pathwise}, steps));
    const NextIds ids;
    add("step/reduced", [=] {
        const SgdTask task{
            problem.get(), SgdSampler::reduced, benchmark_seed, ids(trajectories), trajectories, nullptr, {}, {}};
        benchmark::DoNotOptimize(run_sgd_on_cuda(task, {0}).count[0]);
        return static_cast<double>(trajectories * steps);
    });
    const std::uint64_t blocks = reduced_blocks_per_step(*problem);  // 6000 normals a step
    // more threads with less each: at its best
    add("step/normals", [=] {
        return gpu_normals(benchmark_seed, 16 * trajectories, blocks * steps / 16) /
               (4.0 * static_cast<double>(blocks));
    });
}

void add_training(bool large, Precision precision) {
    const auto problem = std::make_shared<RealnvpProblem>(realnvp_problem_of(large, Estimator::reparameterized));
    const std::uint64_t members = quick ? 1 : large ? 32 : 1024, steps = quick ? 1 : large ? 20 : 50;
    problem->evaluation_samples = 256;  // the outcome is not what is timed
    const NextIds ids;
    add(std::string("training/") + (large ? "large" : "small") +
            (precision == Precision::single_precision ? "/single" : "/double"),
        [=] {
            RealnvpTask task = {problem.get(), precision, benchmark_seed, ids(members), members, steps};
            benchmark::DoNotOptimize(run_realnvp_on_cuda(task, {0}).steps);
            return static_cast<double>(members * steps);
        });
}

bool agrees_with_cpu() {
    const std::uint64_t count = quick ? 1000 : 100000;
    const GradientFlowPayload problem = gradient_flow_payload_of({});
    const OutcomeCounts cuda = run_trajectories(task_of({}, problem, 0, count), true),
                        cpu = run_trajectories(task_of({}, problem, 0, count), false);
    std::int64_t moved = 0;
    for (int i = 0; i < outcome_count; ++i) moved += std::abs(cuda.count[i] - cpu.count[i]);
    if (moved <= static_cast<std::int64_t>(2 * count / 10000)) return true;
    std::fprintf(stderr, "gpu_benchmark: %lld of %llu outcomes differ from the CPU's: not timed\n",
                 static_cast<long long>(moved / 2), static_cast<unsigned long long>(count));
    return false;
}

bool add_all() {
    if (!agrees_with_cpu()) return false;
    for (const bool single : {false, true})
        add(std::string("limit/") + (single ? "single" : "double") + "/multiply_adds",
            [single] { return gpu_multiply_adds(single, quick ? 1 : 1 << 14); });
    const auto copy = std::make_shared<GpuCopy>(quick ? std::size_t{1} << 16 : std::size_t{1} << 30);
    add("limit/copy", [copy] { return (*copy)(10); });
    add("limit/normals", [] { return gpu_normals(benchmark_seed, quick ? 1u << 8 : 1u << 20, quick ? 4 : 256); });
    add_engine("engine/double/tolerance:1e-6", {}, sized(100000000), true);
    add_engine("engine/double/tolerance:1e-5", {1.5, 100.0, 1e-5}, sized(100000000), true);
    add_engine("engine/single/tolerance:1e-5", {1.5, 100.0, single_tolerance, Precision::single_precision},
               sized(100000000), true);
    add_engine("engine/billion", {}, sized(1000000000), true);
    add_engine("engine/cpu", {}, sized(10000000), false);
    add_engine("engine/softmax",
               {1.9, 100.0, default_tolerance, Precision::double_precision, WeightGeometry::softmax, 200.0},
               sized(1u << 22), true);
    add_horizons();
    add_sgd();
    for (const bool large : {false, true})
        for (const Precision precision : {Precision::double_precision, Precision::single_precision})
            if (!quick || (!large && precision == Precision::single_precision)) add_training(large, precision);
    return true;
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    if (modecollapse::cuda_device_count() == 0) {
        std::fprintf(stderr, "gpu_benchmark: no CUDA device answers; nothing was measured\n");
        return 0;
    }
    if (argc > 1 && std::strcmp(argv[1], "--quick") == 0) {
        modecollapse::bench::quick = true;
        argv[1] = argv[0];
        ++argv;
        --argc;
    }
    return modecollapse::bench::run_benchmarks(argc, argv, modecollapse::bench::add_all);
}
