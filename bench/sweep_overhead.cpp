// What a sweep costs beyond its trajectories, and how long a large journal takes to open.
//
//   overhead    wall time of run_sweep with journal and result file, over that of the same trajectories with
//               nothing around them, minus 1; the grid is (R, d), the two are run in turn
//   journal     seconds to read a journal of `records` finished cells and to rebuild the state from it
//
// Prints one JSON object. Usage: sweep_overhead [cells_per_axis] [trajectories] [records] [repetitions]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "host/cli/sweep_output.hpp"
#include "host/families/mixture/options.hpp"
#include "host/sweep/executor.hpp"
#include "host/sweep/run_folder.hpp"

namespace {

using namespace modecollapse;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Axis linear_axis(const char* name, double low, double step, int count) {
    Axis axis;
    axis.name = name;
    for (int i = 0; i < count; ++i) {
        axis.numbers.push_back(low + step * i);
        axis.texts.push_back(std::to_string(axis.numbers.back()));
    }
    return axis;
}

SweepPlan plan_of(int radii, int dimensions, std::uint64_t trajectories) {
    SweepPlan plan;
    plan.groups = {{{linear_axis("radius", 1.2, 1.8 / radii, radii)}}, {{linear_axis("dimension", 2, 10, dimensions)}}};
    const std::map<std::string, GivenValue> given = {{"trajectories", {std::to_string(trajectories), ""}},
                                                     {"seed", {"7", ""}}};
    plan.base = Configuration(probability_command, "benchmark", given).settings();
    plan.canonical = "benchmark\n";
    plan.schema = plan.cell(0).schema();
    return plan;
}

EnsembleRequest request_of(const Cell& cell) {
    return {cell.settings().number("dimension"), cell.seed(), 0, cell.members()};
}

// The trajectories and nothing else: setups built before the clock starts, results thrown away.
double bare_seconds(const SweepPlan& plan, const std::vector<Backend>& workers) {
    std::vector<std::unique_ptr<MixtureSetup>> setups;
    for (std::size_t i = 0; i < plan.groups[0].size(); ++i) {
        const MixtureRun run = mixture_run(plan.cell(i * plan.groups[1].size()).settings());
        setups.push_back(std::make_unique<MixtureSetup>(run.target, run.settings));
    }
    std::atomic<std::uint64_t> next{0};
    const auto start = Clock::now();
    std::vector<std::thread> threads;
    for (const Backend& worker : workers)
        threads.emplace_back([&, worker] {
            for (std::uint64_t i; (i = next.fetch_add(1)) < plan.cells();)
                run_ensemble(*setups[i / plan.groups[1].size()], request_of(plan.cell(i)), worker);
        });
    for (std::thread& thread : threads) thread.join();
    return seconds_since(start);
}

double sweep_seconds(const SweepPlan& plan, const std::vector<Backend>& workers, const std::string& folder) {
    std::filesystem::remove_all(folder);
    const auto start = Clock::now();
    require_folder(folder);
    OpenedRun run = open_run(folder, plan, "00000000-0000-0000-0000-000000000000", false, {});
    SweepState state(plan);
    SweepControl control;
    control.stop = [] { return false; };
    control.on_failure = [](std::uint64_t, const std::string&) {};
    run_sweep(plan, state, run.journal, workers, control);
    write_sweep_result(folder, plan, state, RunRecord{}, SweepEnd{});
    return seconds_since(start);
}

double journal_seconds(std::uint64_t records, const std::string& folder) {
    const SweepPlan plan = plan_of(1000, static_cast<int>(records / 1000), 100);
    std::filesystem::remove_all(folder);
    require_folder(folder);
    {
        Journal journal =
            Journal::create(journal_path(folder), "00000000-0000-0000-0000-000000000000", size_of(plan.schema));
        for (std::uint64_t i = 0; i < plan.cells(); ++i) {
            JournalRecord record;
            record.cell = i;
            record.tally = Tally(plan.schema);
            record.tally.counts[0] = 100;
            journal.append(record);
        }
        journal.sync();
    }
    const auto start = Clock::now();
    SweepState state(plan);
    state.add(read_journal(journal_path(folder)).records);
    const double seconds = seconds_since(start);
    if (state.count(CellStatus::complete) != plan.cells()) std::exit(1);
    write_sweep_result(folder, plan, state, RunRecord{}, SweepEnd{});  // left for a reader to open
    return seconds;
}

}  // namespace

int main(int argc, char** argv) {
    const int cells_per_axis = argc > 1 ? std::atoi(argv[1]) : 100;
    const std::uint64_t trajectories = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10000;
    const std::uint64_t records = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1000000;
    const int repetitions = argc > 4 ? std::atoi(argv[4]) : 3;
    const std::string folder = (std::filesystem::temp_directory_path() / "modecollapse_sweep_benchmark").string();
    const Backend backend = choose_backend({});
    const SweepPlan plan = plan_of(cells_per_axis, cells_per_axis, trajectories);
    const std::vector<Backend> workers = plan_workers(backend, plan.cells());
    nlohmann::ordered_json json = {
        {"cells", plan.cells()}, {"trajectories_a_cell", trajectories}, {"workers", workers.size()}};
    std::vector<double> ratios;
    for (int i = 0; i < repetitions; ++i) {
        const double bare = bare_seconds(plan, workers), sweep = sweep_seconds(plan, workers, folder + "/sweep");
        json["bare_seconds"].push_back(bare);
        json["sweep_seconds"].push_back(sweep);
        ratios.push_back(sweep / bare - 1.0);
    }
    std::sort(ratios.begin(), ratios.end());
    json["overhead_median"] = ratios[ratios.size() / 2];
    json["overhead_all"] = ratios;
    json["journal_records"] = records;
    json["journal_open_seconds"] = journal_seconds(records, folder + "/journal");
    json["result_of_the_journal"] = folder + "/journal/result.nc";
    std::puts(json.dump(2).c_str());
    return 0;
}
