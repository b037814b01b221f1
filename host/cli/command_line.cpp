#include "host/cli/command_line.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <new>
#include <system_error>

#include "host/cli/command_table.hpp"
#include "host/cli/stop_signals.hpp"
#include "host/cli/terminal.hpp"
#include "host/io/atomic_file.hpp"
#include "host/options/option_uses.hpp"
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
    if (options.has("seed") && !options.given("seed") && !options.given("start"))
        spdlog::info("seed drawn: {}", options.seed());
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

std::string option_help(const OptionSpec& option, unsigned command) {
    const std::string fallback = fallback_of(option, command);
    const std::string tail = fallback.empty() || option.kind == Kind::flag ? "" : fmt::format("; default {}", fallback);
    return option.kind == Kind::flag ? option.help : fmt::format("{} [{}{}]", option.help, option.range, tail);
}

const char* placeholder(Kind kind) {
    switch (kind) {
        case Kind::number_list:
        case Kind::integer_list:
            return "LIST";
        case Kind::choice:
            return "NAME";
        case Kind::text:
            return "TEXT";
        default:
            return "N";
    }
}

// Refuses what CLI11 did not recognize, with the nearest name. Returns the rest: positional arguments, if the command
// takes any.
std::vector<std::string> positionals_of(const std::vector<std::string>& extras, const CommandEntry& command) {
    for (const std::string& extra : extras) {
        if (extra.rfind('-', 0) == 0) {
            const std::string name =
                extra.substr(extra.find_first_not_of('-') == std::string::npos ? 1 : extra.find_first_not_of('-'));
            std::vector<std::string> names = option_names(command.bit);
            names.emplace_back("help");
            const std::string bare = name.substr(0, name.find('='));
            const bool has_value = &extra != &extras.back() && (&extra)[1].rfind('-', 0) != 0;
            if (const std::string elsewhere = used_elsewhere(bare); !elsewhere.empty())
                throw UsageError(fmt::format(
                    "{}: --{}{} is not used by this command (allowed: leave it out; used by "
                    "{}; nearest: --{})",
                    command.name, name, has_value ? " " + (&extra)[1] : "", elsewhere, nearest_name(bare, names)));
            throw UsageError(
                fmt::format("{}: unknown option --{} (nearest: --{})", command.name, bare, nearest_name(bare, names)));
        }
        if (!command.positional)
            throw UsageError(
                fmt::format("{}: unexpected argument \"{}\" (options begin with --; see modecollapse {} --help)",
                            command.name, extra, command.name));
    }
    return extras;
}

int parse_and_run(int argc, char** argv) {
    CLI::App app(
        "Monte Carlo engine for mode collapse in variational inference: how often, when and why does a fit lose a "
        "mode?",
        "modecollapse");
    app.set_version_flag("--version", fmt::format("modecollapse {} ({})", program_version(), program_git_sha()));
    app.require_subcommand(0, 1);
    app.allow_extras();
    app.footer(
        "Every command has its own --help. Lists: 10,100,1000 or 1:4:0.25 or log:1:1000:31.\n"
        "Exit codes: 0 done; 2 wrong use; 3 no such device; 4 damaged file; 5 the result could not be written;\n"
        "6 finished, but members or cells failed; 75 stopped early, resumable; 130 stopped early, not resumable.\n"
        "Environment: MODECOLLAPSE_ISA=avx512|avx2|baseline, the instruction set of the CPU (default: the widest there "
        "is;\n"
        "results are the same bits with each).");
    std::map<const CommandEntry*, std::map<std::string, GivenValue>> given;
    std::map<const CommandEntry*, CLI::App*> parsers;
    for (const CommandEntry& command : command_table()) {
        CLI::App* parser = app.add_subcommand(command.name, command.help);
        parser->allow_extras();
        if (command.positional)
            parser->footer(fmt::format("modecollapse {} {} [OPTIONS]", command.name, command.positional));
        for (const OptionSpec& option : option_table()) {
            if (!(option.commands & command.bit)) continue;
            const std::string flag = fmt::format("--{}", option.name), name = option.name;
            auto& values = given[&command];
            CLI::Option* added;
            if (option.kind == Kind::flag) {
                added = parser->add_flag_function(
                    flag,
                    [&values, name, flag](std::int64_t) {
                        values[name] = {"true", flag};
                    },
                    option_help(option, command.bit));
            } else {
                added = parser->add_option_function<std::string>(
                    flag,
                    [&values, name, flag](const std::string& text) {
                        values[name] = {text, flag + " " + text};
                    },
                    option_help(option, command.bit));
                added->type_name(placeholder(option.kind))->multi_option_policy(CLI::MultiOptionPolicy::Throw);
            }
            added->group(option.group);
        }
        parsers[&command] = parser;
    }
    for (int i = 1; i < argc; ++i)  // CLI11 would take the next argument for the value
        if (const std::string argument = argv[i]; argument.rfind("--", 0) == 0 && argument.back() == '=')
            throw UsageError(fmt::format("{}: the value is missing", argument));
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        throw UsageError(fmt::format("{} (see modecollapse --help)", error.what()));
    }
    for (const CommandEntry& command : command_table()) {
        if (!parsers[&command]->parsed()) continue;
        positionals_of(app.remaining(), {command.name, command.bit, "", "", nullptr, nullptr});
        const std::vector<std::string> positionals = positionals_of(parsers[&command]->remaining(), command);
        const Configuration options(command.bit, command.name, given[&command]);
        if (options.flag("quiet")) spdlog::set_level(spdlog::level::warn);
        return command.report ? run_report(command, options) : command.run(options, positionals);
    }
    std::vector<std::string> names;
    for (const CommandEntry& command : command_table()) names.emplace_back(command.name);
    if (app.remaining().empty())
        throw UsageError(
            fmt::format("no command given (allowed: {}; see modecollapse --help)", fmt::join(names, ", ")));
    const std::string first = app.remaining().front();
    if (first.rfind('-', 0) == 0)
        throw UsageError(fmt::format("{}: options come after the command (allowed first: {}, --help, --version)", first,
                                     fmt::join(names, ", ")));
    throw UsageError(fmt::format("unknown command \"{}\" (nearest: {})", first, nearest_name(first, names)));
}

}  // namespace

namespace {

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
                SIG_IGN);  // a closed pipe and a file-size limit are write errors like any other: reported, exit code 5
    std::signal(SIGXFSZ, SIG_IGN);
    start_log();
    try {
        return parse_and_run(argc, argv);
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
