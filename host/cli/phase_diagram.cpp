// modecollapse phase-diagram FILE.toml: P(collapse) over a grid; journalled, stoppable, resumable, splittable.
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>

#include "host/cli/commands.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/shard_option.hpp"
#include "host/cli/stop_signals.hpp"
#include "host/cli/sweep_file.hpp"
#include "host/cli/sweep_forecast.hpp"
#include "host/cli/sweep_output.hpp"
#include "host/cli/sweep_overrides.hpp"
#include "host/options/instruction_set.hpp"
#include "host/options/physics_options.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"
#include "host/sweep/folder_lock.hpp"
#include "host/sweep/mpi_sweep.hpp"
#include "host/sweep/run_folder.hpp"

namespace modecollapse {
namespace {

using Clock = std::chrono::steady_clock;

// Seconds that the pieces at hand have to be finished after a stop; Open MPI's launcher kills a second after it asks.
double grace_of(const MpiSession& session) { return session.size() > 1 ? 0.25 : 1.0; }

// The watch of a sweep: the caller's (Python), whose signals are his own, or one that the program's signals ask. A time
// limit asks either.
class SweepWatch {
public:
    SweepWatch(const Configuration& options, const MpiSession& session)
        : before_(current_watch()), scope_(before_ ? before_ : &own_) {
        own_.owner = RunWatch::Owner::program;
        if (!before_) signals_.emplace(own_, grace_of(session), StopSignals::Second::asks_again);
        if (options.has("max-time")) current_watch()->ask_to_stop(grace_of(session), options.number("max-time"));
    }

private:
    RunWatch* before_;
    RunWatch own_;
    WatchScope scope_;
    std::optional<StopSignals> signals_;
};

std::vector<Backend> all_workers(const Configuration& options, const Backend& backend, std::uint64_t cells,
                                 const MpiSession& session) {
    // several GPUs: workers on each, unless one was named or the ranks share them
    if (backend.cuda && !options.given("device") && session.size() == 1) {
        std::vector<Backend> workers;
        for (int i = 0; i < cuda_device_count(); ++i)
            for (const Backend& worker : plan_workers(choose_backend({BackendChoice::cuda, 0, i, ""}), cells))
                workers.push_back(worker);
        return workers;
    }
    return plan_workers(backend, cells);
}

std::string devices_of(const std::vector<Backend>& workers) {
    std::string devices;
    for (const Backend& worker : workers) devices = joined_lists(devices, worker.device);
    return devices;
}

// As Progress on a terminal, else a line every 30 seconds.
class SweepProgress {
public:
    // members: what cells count; empty: nothing.
    SweepProgress(const SweepState& state, std::uint64_t cells, const char* members, bool quiet)
        : bar_("phase-diagram", !quiet),
          members_(members),
          cells_(cells),
          before_(state.trajectories()),
          lines_(!quiet && !isatty(STDERR_FILENO)) {}

    void update(const SweepState& state) {
        const auto now = Clock::now();
        if (now - last_ < std::chrono::milliseconds(200)) return;
        last_ = now;
        const std::uint64_t done = state.count(CellStatus::complete) + state.count(CellStatus::failed);
        const double elapsed = std::chrono::duration<double>(now - started_).count();
        std::string note = fmt::format("{} of {} cells", done, cells_);
        if (*members_)
            note +=
                fmt::format(", {:.3g} {}/s", static_cast<double>(state.trajectories() - before_) / elapsed, members_);
        bar_.update(static_cast<double>(done) / static_cast<double>(cells_), note);
        if (lines_ && now - last_line_ > std::chrono::seconds(30)) {
            last_line_ = now;
            spdlog::info("{}", note);
        }
    }

private:
    Progress bar_;
    const char* members_;
    std::uint64_t cells_, before_;
    bool lines_;
    Clock::time_point started_ = Clock::now(), last_ = started_, last_line_ = started_;
};

Backend backend_of(const Configuration& options, const SweepPlan& plan) {
    if (plan.quantity->is_sampled()) return backend_from(options, plan.family());
    if (options.text("backend") == "cuda")
        options.refuse("backend",
                       fmt::format("quantity = \"{}\" takes too few trajectories for a GPU (allowed: auto|cpu)",
                                   plan.quantity->name()));
    return choose_backend({BackendChoice::cpu, static_cast<int>(options.integer("threads")), 0, asked_isa()});
}

// Each rank of a machine its share of the cores, or a GPU of its own.
Backend backend_of_rank(const Configuration& options, const MpiSession& session, const SweepPlan& plan) {
    Backend backend = backend_of(options, plan);
    if (session.size() == 1) return backend;
    if (backend.cuda && !options.given("device"))
        return choose_backend({BackendChoice::cuda, 0, session.local_rank() % std::max(1, cuda_device_count()), ""});
    if (options.integer("threads") == 0) backend.threads = default_threads(session.companions());
    return backend;
}

// Not given up half-way: rank 0, which has checked the cells, waits for this one.
SweepFile file_as_told(const Configuration& options, const std::string& path, const std::string& told) {
    const WatchScope unwatched(nullptr);
    const std::size_t line = told.find('\n');
    return read_sweep_text(told.substr(line + 1), path, told.substr(0, line), overrides_from(options),
                           CheckedCells::none);
}

// Ranks 1 ...: wait for the word of rank 0 (seed, newline, sweep file; empty: there is nothing to do), then compute. The
// file may be a pipe, which one process alone can read.
int compute_for_rank_0(const Configuration& options, const std::string& path, const MpiSession& session) {
    spdlog::set_level(spdlog::level::off);  // rank 0 speaks for all
    const SweepWatch watch(options, session);
    const std::string told = session.broadcast("");
    if (told.empty()) return exit_done;
    const SweepFile file = file_as_told(options, path, told);
    run_sweep_as_worker(session, file.plan, backend_of_rank(options, session, file.plan));
    return exit_done;
}

// Throws TooLarge if a sweep needs more memory than there is. Given up: it will need nothing.
void require_memory_for(const SweepPlan& plan, const Backend& backend) {
    try {
        require_memory(fmt::format("a sweep of {} cells on {} threads", plan.cells(), backend.threads),
                       memory_of_sweep(plan, backend));
    } catch (const Interrupted&) {
    }
}

// Everything rank 0 (or the only process) does. Calls `announce` with what they need once the other ranks may begin.
// Throws Interrupted if it is given up before it could say what is pending.
int run_as_keeper(const Configuration& options, const std::string& path, const MpiSession& session,
                  const std::function<void(const std::string&)>& announce) {
    const bool dry = options.flag("dry-run"), resume = options.flag("resume");
    const std::string run_dir = options.has("run-dir") ? options.text("run-dir") : "";
    const AskedShard asked = shard_from(options, run_dir);
    const Shard& shard = asked.shard;
    const std::string folder = shard_folder(run_dir, shard);
    if (!dry) refuse_mixed_shards(run_dir, shard);
    std::optional<SweepWatch> watch(std::in_place, options, session);

    std::optional<std::string> known_seed;
    if (!dry && resume && std::filesystem::exists(journal_path(folder)))
        known_seed = read_sweep_file(manifest_path(folder), std::nullopt, {}, CheckedCells::none).seed;
    if (known_seed == seed_is_an_axis || known_seed == "") known_seed.reset();
    SweepFile file = read_sweep_file(path, known_seed, overrides_from(options));
    if (file.seed_drawn && shard.count > 1)
        throw UsageError(fmt::format("{}: [fixed] seed is missing, and the shards must share one", path));
    const Backend backend = backend_of_rank(options, session, file.plan);
    add_platform(file.plan, backend);
    if (dry) {
        print_to_stdout(forecast_text(file.plan, {shard.index, shard.count}, backend));
        return exit_done;
    }
    require_memory_for(file.plan, backend);

    RunRecord record = sweep_record(file, backend);
    require_sweep_result(folder, file.plan, record);
    require_folder(folder);
    const FolderLock lock(folder);
    const std::vector<Backend> workers = all_workers(options, backend, file.plan.cells(), session);
    OpenedRun run =
        open_run(folder, file.plan, config_hash(record), resume,
                 {{recorded_isa, backend.isa}, {recorded_device, devices_of(workers)}, {recorded_array, asked.array}});
    const auto tell_machines = [&record](const std::string& manifest) {
        record.isa = recorded_of(manifest, recorded_isa);
        record.device = recorded_of(manifest, recorded_device);
    };
    tell_machines(run.manifest);
    const auto note = [&](const std::string& line) {
        spdlog::info("{}", line);
        append_to_log(folder, line);
    };
    if (!lock.warning().empty()) {
        spdlog::warn("{}", lock.warning());
        append_to_log(folder, lock.warning());
    }
    if (!lock.taken_over_from().empty())
        note(fmt::format("took over the lock of {}, which is no longer running", lock.taken_over_from()));
    if (run.torn_bytes > 0)
        note(fmt::format("cut a torn record of {} bytes off the journal; its cell is computed again", run.torn_bytes));

    if (file.seed_drawn) spdlog::info("seed drawn: {}", file.seed);
    SweepState state(file.plan);
    state.add(run.records);
    if (options.flag("retry-failed")) state.retry_failed();
    append_to_log(folder, fmt::format("{} with {} of {} cells done, {} ({}), {} rank(s)",
                                      run.records.empty() ? "started" : "resumed", state.count(CellStatus::complete),
                                      state.cells(), backend.name, backend.isa, session.size()));
    announce(file.seed + '\n' + file.text);

    std::atomic<bool> error_stop{false};
    SweepEnd end;
    {
        SweepProgress progress(state, state.cells(),
                               file.plan.quantity->counts_members() ? file.plan.family().members : "",
                               options.flag("quiet"));
        SweepControl control;
        control.shard = shard.index;
        control.shards = shard.count;
        control.stop = [&] { return stop_asked() || error_stop; };
        control.on_failure = [&](std::uint64_t cell, const std::string& why) {
            spdlog::warn("cell {} failed: {}", cell, why);
            append_to_log(folder, fmt::format("cell {} failed: {}", cell, why));
        };
        control.on_machine = [&](const std::string& device, const std::string& isa) {
            tell_machines(record_in(folder, file.plan, {{recorded_isa, isa}, {recorded_device, device}}));
        };
        const std::uint64_t failed_before = state.count(CellStatus::failed);
        const bool stop_on_error = options.text("on-error") == "stop";
        control.progress = [&](const SweepState& now) {
            progress.update(now);
            if (stop_on_error && now.count(CellStatus::failed) > failed_before) error_stop = true;
        };
        run_sweep_as_coordinator(session, file.plan, state, run.journal, workers, control);
        // still watched: a signal during the final write must not cut it short
        record.finished = utc_now();
        end = end_of_sweep(options, file.plan, state, shard.count > 1 ? std::optional(shard.index) : std::nullopt,
                           shard.count);
        write_sweep_result(folder, file.plan, state, record, end);
    }
    watch.reset();
    return finish_sweep(options, folder, file.plan, state, end);
}

}  // namespace

int run_phase_diagram(const Configuration& options, const std::vector<std::string>& positionals) {
    if (positionals.size() != 1)
        throw UsageError(fmt::format(
            "phase-diagram: {} files given (allowed: one, modecollapse phase-diagram FILE.toml)", positionals.size()));
    if (!options.flag("dry-run") && !options.has("run-dir"))
        throw UsageError("phase-diagram: --run-dir DIR is missing: the folder for the journal and the result");
    options.refuse_unused();
    const MpiSession session;
    if (session.rank() > 0) return compute_for_rank_0(options, positionals.front(), session);
    bool announced = false;
    const auto announce = [&](const std::string& told) {
        announced = true;
        session.broadcast(told);
    };
    try {
        const int code = run_as_keeper(options, positionals.front(), session, announce);
        if (!announced) announce("");
        return code;
    } catch (const Interrupted&) {
        if (!announced) announce("");
        const char* signal = StopSignals::received();
        spdlog::warn("stopped by {} before the sweep had begun: nothing is written", signal ? signal : "--max-time");
        return options.flag("dry-run") ? exit_interrupted : exit_stopped;
    } catch (...) {
        if (!announced) announce("");  // let the other ranks go
        throw;
    }
}

}  // namespace modecollapse
