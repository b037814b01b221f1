#include "host/cli/command_line.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "host/cli/commands.hpp"
#include "host/cli/physics_options.hpp"
#include "host/io/atomic_file.hpp"

namespace modecollapse {
namespace {

struct CommandEntry {
    const char* name;
    unsigned bit;
    const char* help;
    Report (*run)(const Configuration&);  // null: info
};

constexpr CommandEntry commands[] = {
    {"probability", probability_command, "P(collapse) at one point, with its interval and the count of every outcome", run_probability},
    {"threshold", threshold_command, "R_c(d; level): the radius at which P(collapse) reaches a level, with folds and R_inf", run_threshold},
    {"trajectory", trajectory_command, "order parameters over time for chosen trajectories", run_trajectory},
    {"basin", basin_command, "outcome over a grid of starts (m1, m2) at a fixed overlap s", run_basin},
    {"info", info_command, "version, build, backends, devices", nullptr},
};

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

// Refuses what CLI11 did not recognize, with the nearest name.
void refuse_extras(const std::vector<std::string>& extras, const CommandEntry& command) {
    if (extras.empty()) return;
    if (extras.front().rfind("--", 0) != 0)
        throw UsageError(fmt::format("{}: unexpected argument \"{}\" (options begin with --; see modecollapse {} --help)", command.name,
                                     extras.front(), command.name));
    const std::string name = extras.front().substr(2, extras.front().find('=') - 2);
    std::vector<std::string> names = {"help"};
    for (const OptionSpec& option : option_table())
        if (option.commands & command.bit) names.emplace_back(option.name);
    throw UsageError(fmt::format("{}: unknown option --{} (nearest: --{})", command.name, name, nearest_name(name, names)));
}

void run_command(const CommandEntry& command, const std::map<std::string, std::string>& flags) {
    const Configuration options(command.bit, command.name, flags);
    if (options.flag("quiet")) spdlog::set_level(spdlog::level::warn);
    if (!command.run) {
        print_to_stdout(info_text(options.text("format")));
        return;
    }
    refuse_unavailable(options);
    if (options.flag("dump-config")) {
        print_to_stdout(options.to_toml(false));
        return;
    }
    require_output(options);
    if (options.has("seed") && !options.given("seed") && !options.given("start")) spdlog::info("seed drawn: {}", options.seed());
    Report report = command.run(options);
    emit(options, report);
}

int parse_and_run(int argc, char** argv) {
    CLI::App app("Monte Carlo engine for mode collapse in variational inference: how often, when and why does a fit lose a mode?",
                 "modecollapse");
    app.set_version_flag("--version", fmt::format("modecollapse {} ({})", program_version(), program_git_sha()));
    app.require_subcommand(0, 1);
    app.allow_extras();
    app.footer(
        "Every command has its own --help. Lists: 10,100,1000 or 1:4:0.25 or log:1:1000:31.\n"
        "Exit codes: 0 done; 2 wrong use; 3 no such device; 5 the result could not be written.");
    std::map<const CommandEntry*, std::map<std::string, std::string>> given;
    std::map<const CommandEntry*, CLI::App*> parsers;
    for (const CommandEntry& command : commands) {
        CLI::App* parser = app.add_subcommand(command.name, command.help);
        parser->allow_extras();
        for (const OptionSpec& option : option_table()) {
            if (!(option.commands & command.bit)) continue;
            const std::string flag = fmt::format("--{}", option.name), name = option.name;
            auto& values = given[&command];
            CLI::Option* added;
            if (option.kind == Kind::flag) {
                added = parser->add_flag_function(
                    flag, [&values, name](std::int64_t) { values[name] = "true"; }, option_help(option, command.bit));
            } else {
                added = parser->add_option_function<std::string>(
                    flag, [&values, name](const std::string& text) { values[name] = text; }, option_help(option, command.bit));
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
    for (const CommandEntry& command : commands) {
        if (!parsers[&command]->parsed()) continue;
        refuse_extras(parsers[&command]->remaining(), command);
        refuse_extras(app.remaining(), command);
        run_command(command, given[&command]);
        return exit_done;
    }
    std::vector<std::string> names;
    for (const CommandEntry& command : commands) names.emplace_back(command.name);
    if (app.remaining().empty())
        throw UsageError(fmt::format("no command given (allowed: {}; see modecollapse --help)", fmt::join(names, ", ")));
    const std::string first = app.remaining().front();
    if (first.rfind("-", 0) == 0)
        throw UsageError(
            fmt::format("{}: options come after the command (allowed first: {}, --help, --version)", first, fmt::join(names, ", ")));
    throw UsageError(fmt::format("unknown command \"{}\" (nearest: {})", first, nearest_name(first, names)));
}

}  // namespace

int run_program(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe and a file-size limit are write errors like any other: reported, exit code 5
    std::signal(SIGXFSZ, SIG_IGN);
    spdlog::set_default_logger(spdlog::stderr_logger_mt("modecollapse"));
    spdlog::set_pattern("modecollapse: %v");
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
    } catch (const std::domain_error& error) {
        spdlog::error("{}", error.what());
        return exit_usage;
    } catch (const std::exception& error) {
        spdlog::error("internal error: {}", error.what());
        return 1;
    }
}

}  // namespace modecollapse
