#include "host/cli/command_line.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <new>
#include <system_error>

#include "host/cli/parse_arguments.hpp"
#include "host/cli/stop_signals.hpp"
#include "host/cli/terminal.hpp"
#include "host/io/atomic_file.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/start_options.hpp"
#include "host/sweep/run_folder.hpp"

namespace modecollapse {
namespace {

// A command that computes one report: checks, runs, writes.
int run_report(const CommandEntry& command, const Configuration& options) {
    refuse_unavailable(options);
    require_sampling(options);
    if (options.flag("dump-config")) {
        print_to_stdout(resolved_toml(options, false));
        return exit_done;
    }
    require_output(options);
    RunWatch watch;
    watch.owner = RunWatch::Owner::program;
    const WatchScope scope(&watch);
    const StopSignals signals(watch, 0.0, StopSignals::Second::kills);
    try {
        Report report = command.report(options);
        if (!report.partial.empty()) {
            spdlog::warn("stopped by {}: {}", StopSignals::received(), report.partial);
            report.exit_code = exit_interrupted;
        }
        emit(options, report);
        return report.exit_code;
    } catch (const Interrupted&) {
        spdlog::warn("stopped by {} before there was anything to print", StopSignals::received());
        return exit_interrupted;
    }
}

// The engine says "exact-data = 1 (allowed: ...)", whoever calls it; here that is an option.
std::string with_dashes(const std::string& text, const Configuration& options) {
    const std::size_t end = text.find(" = ");
    return end != std::string::npos && options.has(text.substr(0, end)) ? "--" + text : text;
}

int parse_and_run(int argc, char** argv) {
    const ParsedCommand parsed = parse_arguments(argc, argv);
    if (!parsed.command) return parsed.exit_code;
    const CommandEntry& command = *parsed.command;
    const Configuration options(command.bit, command.name, parsed.given);
    if (options.flag("quiet")) spdlog::set_level(spdlog::level::warn);
    try {
        return command.report ? run_report(command, options) : command.run(options, parsed.positionals);
    } catch (const std::domain_error& error) {
        throw UsageError(with_dashes(error.what(), options));
    }
}

// The request as it was given, for the message that it was too large.
std::string joined(int argc, char** argv) {
    constexpr std::size_t longest = 300;
    std::string text;
    for (int i = 1; i < argc; ++i) text += (i > 1 ? " " : "") + std::string(argv[i]);
    return text.size() > longest ? text.substr(0, longest) + " ..." : text;
}

}  // namespace

int run_program(int argc, char** argv) {
    std::signal(SIGPIPE,
                SIG_IGN);  // a closed pipe and a file-size limit are write errors first, so that files are finished
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        start_log();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "modecollapse: cannot start its log: %s\n", error.what());
        return exit_write;
    }
    try {
        return parse_and_run(argc, argv);
    } catch (const ClosedPipe&) {  // ends as other programs do: without a word, by the signal
        std::signal(SIGPIPE, SIG_DFL);
        std::raise(SIGPIPE);
        return exit_write;
    } catch (const UsageError& error) {
        spdlog::error("{}", error.what());
        return exit_usage;
    } catch (const DeviceError& error) {
        spdlog::error("{}", error.what());
        return exit_device;
    } catch (const WriteError& error) {
        spdlog::error("{}", error.what());
        return exit_write;
    } catch (const FolderError& error) {
        spdlog::error("{}", error.what());
        return exit_usage;
    } catch (const CorruptFile& error) {
        spdlog::error("{}", error.what());
        return exit_corrupt;
    } catch (const std::domain_error& error) {
        spdlog::error("{}", error.what());
        return exit_usage;
    } catch (const std::filesystem::filesystem_error& error) {
        spdlog::error("{}: {}", error.path1().string(), error.code().message());
        return exit_usage;
    } catch (const std::length_error&) {  // of an array
        spdlog::error("{}: more than memory can be addressed for (allowed: what fits; ask for less)",
                      joined(argc, argv));
        return exit_usage;
    } catch (const std::bad_alloc&) {
        spdlog::error("{}: memory ran out (ask for less, or for fewer --threads)", joined(argc, argv));
        return exit_write;
    } catch (const std::system_error& error) {
        spdlog::error("{}: {}", joined(argc, argv), error.what());
        return exit_write;
    } catch (const std::exception& error) {
        spdlog::error("internal error: {}", error.what());
        return 1;
    }
}

}  // namespace modecollapse
