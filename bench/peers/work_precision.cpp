// Work-precision curves on one core: time of a trajectory against the error that it ends with, for the engine and for
// every solver that is called from C++.
//
//   work_precision TRAJECTORIES SECONDS REPETITIONS CASE.json     prints the curves as JSON;
//                                                                 0 repetitions: only writes CASE.json
//
// CASE.json: starts, reference states and the coefficients of the fast expectations, for the peers in Python
// (bench/peers/horizon_case.py). The error of a trajectory is the largest of |dm1|, |dm2|, |du| at the horizon; that of
// a run its median over the trajectories, since a few starts close to a separatrix have errors that are thousands of
// times larger, whatever the solver. Time: processor time.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/peers/fixed_horizon.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double tolerances[] = {1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10};
constexpr double loosest_error = 0.3;  // at 1e-3 no solver is worse in the median

struct Measurement {
    double seconds;  // the least time of a measurement
    int repetitions;
};

std::vector<HorizonState> draw_starts(std::uint64_t count) {
    const InitialLaw<double, Random123Words> law(Random123Words{}, benchmark_seed, Case{}.dimension);
    std::vector<HorizonState> starts;
    for (std::uint64_t id = 0; id < count; ++id) {
        const OrderParameters<double> y = law(&id);
        starts.push_back({y.m1, y.m2, y.u});
    }
    return starts;
}

std::vector<HorizonState> run_engine(const HorizonTask& task, const GradientFlowPayload& problem) {
    const std::size_t n = task.starts.size();
    std::vector<OrderParameters<double>> starts(n);
    std::vector<double> m1(n), m2(n), u(n);
    for (std::size_t i = 0; i < n; ++i) starts[i] = {task.starts[i][0], task.starts[i][1], task.starts[i][2], 0.0};
    TrajectoryTask flow = task_of({}, problem, 0, n);
    flow.starts = starts.data();
    flow.record.m1 = m1.data();
    flow.record.m2 = m2.data();
    flow.record.u = u.data();
    run_trajectories_on_cpu(flow, {1, best_cpu_isa()});
    std::vector<HorizonState> ends(n);
    for (std::size_t i = 0; i < n; ++i) ends[i] = {m1[i], m2[i], u[i]};
    return ends;
}

double processor_seconds() {
    timespec now = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// One point of a curve. run: -> states, from all starts of the task.
template <class Run>
Json measure(const HorizonTask& task, const std::vector<HorizonState>& reference, double tolerance,
             const Measurement& how, const Run& run) {
    const std::vector<HorizonState> ends = run();
    std::vector<double> errors;
    for (std::size_t i = 0; i < ends.size(); ++i) errors.push_back(horizon_error(ends[i], reference[i]));
    std::sort(errors.begin(), errors.end());
    if (!(errors[errors.size() / 2] < loosest_error))
        throw std::runtime_error("a solver does not solve the problem: not timed");
    Json seconds = Json::array();
    for (int i = 0; i < how.repetitions; ++i) {
        const double start = processor_seconds();
        int made = 0;
        do {
            run();
            ++made;
        } while (processor_seconds() - start < how.seconds);
        seconds.push_back((processor_seconds() - start) / made / static_cast<double>(task.starts.size()));
    }
    return {{"tolerance", tolerance},
            {"error_median", errors[errors.size() / 2]},
            {"error_90", errors[errors.size() * 9 / 10]},
            {"trajectories", errors.size()},
            {"seconds", seconds}};
}

Json engine_curve(const HorizonTask& task, const std::vector<HorizonState>& reference, const Measurement& how) {
    Json points = Json::array();
    for (const double tolerance : tolerances) {
        const GradientFlowPayload problem = fixed_horizon_problem(tolerance);
        points.push_back(measure(task, reference, tolerance, how, [&] { return run_engine(task, problem); }));
    }
    return {
        {"solver", "modecollapse"}, {"method", "Dormand-Prince 5(4)"}, {"field", "polynomials"}, {"points", points}};
}

Json solver_curve(const HorizonTask& task, const std::vector<HorizonState>& reference, const Measurement& how,
                  const HorizonSolver& solver) {
    Json points = Json::array();
    for (const double tolerance : tolerances)
        points.push_back(measure(task, reference, tolerance, how, [&] { return solver.run(task, tolerance); }));
    return {{"solver", solver.solver}, {"method", solver.method}, {"field", solver.field}, {"points", points}};
}

Json polynomial(const ParitySplitPolynomial& p) {
    return {{"even", std::vector<double>(p.even, p.even + p.terms)},
            {"odd", std::vector<double>(p.odd, p.odd + p.terms)}};
}

Json case_of(const HorizonTask& task, const std::vector<HorizonState>& reference, const Measurement& how) {
    const FastExpectations& fast = task.fast->flow.expectations;
    return {{"radius", task.problem.radius},
            {"target_weight", task.problem.target_weight},
            {"weight", task.problem.weight},
            {"dimension", task.dimension},
            {"horizon", task.horizon},
            {"tolerances", tolerances},
            {"loosest_error", loosest_error},
            {"seconds", how.seconds},
            {"repetitions", how.repetitions},
            {"attraction", polynomial(fast.attraction_of_m)},
            {"overlap", polynomial(fast.overlap_of_distance)},
            {"starts", task.starts},
            {"reference", reference}};
}

// A slow solver gets the first trajectories only: it takes them one by one, so that their number does not change the
// time of one.
HorizonTask shortened(HorizonTask task, std::size_t count) {
    task.starts.resize(std::min(count, task.starts.size()));
    return task;
}

void run(std::uint64_t trajectories, const Measurement& how, const char* case_path) {
    const GradientFlowPayload fast = fixed_horizon_problem(default_tolerance);
    const HorizonTask task = {problem_of({}), Case{}.dimension, fixed_horizon, draw_starts(trajectories), &fast};
    const std::vector<HorizonState> reference = reference_states(task);
    std::ofstream(case_path) << case_of(task, reference, how).dump() << "\n";
    if (how.repetitions == 0) return;
    Json curves = Json::array({engine_curve(task, reference, how)});
    for (const auto& solvers : {odeint_solvers(), sundials_solvers()})
        for (const HorizonSolver& solver : solvers)
            curves.push_back(
                solver_curve(shortened(task, solver.field == "polynomials" ? 2048 : 256), reference, how, solver));
    std::puts(curves.dump(1).c_str());
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fprintf(stderr, "usage: work_precision TRAJECTORIES SECONDS REPETITIONS CASE.json\n");
        return 2;
    }
    try {
        modecollapse::bench::run(std::strtoull(argv[1], nullptr, 10), {std::atof(argv[2]), std::atoi(argv[3])},
                                 argv[4]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "work_precision: %s\n", error.what());
        return 1;
    }
    return 0;
}
