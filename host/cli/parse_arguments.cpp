#include "host/cli/parse_arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "host/io/provenance.hpp"
#include "host/options/option_uses.hpp"

namespace modecollapse {
namespace {

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

}  // namespace

ParsedCommand parse_arguments(int argc, const char* const* argv) {
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
        return {nullptr, {}, {}, app.exit(help)};
    } catch (const CLI::ParseError& error) {
        throw UsageError(fmt::format("{} (see modecollapse --help)", error.what()));
    }
    for (const CommandEntry& command : command_table()) {
        if (!parsers[&command]->parsed()) continue;
        positionals_of(app.remaining(), {command.name, command.bit, "", "", nullptr, nullptr});
        return {&command, std::move(given[&command]), positionals_of(parsers[&command]->remaining(), command), 0};
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

}  // namespace modecollapse
