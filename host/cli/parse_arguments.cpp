#include "host/cli/parse_arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <sstream>

#include "host/cli/completion.hpp"
#include "host/cli/help.hpp"
#include "host/cli/man_page.hpp"
#include "host/cli/sweep_overrides.hpp"
#include "host/io/provenance.hpp"
#include "host/options/option_uses.hpp"

namespace modecollapse {
namespace {

// What --help or --help-all prints, of a command or of the program, or what cmake --install asks for; or nothing. CLI11 knows neither families nor the width of a terminal.
std::optional<std::string> help_asked(int argc, const char* const* argv) {
    const std::string first = argc > 1 ? argv[1] : "";
    if (first == "--help" || first == "-h" || first == "--help-all") return program_help();
    if (argc == 2 && first == "--man-page") return man_page();
    if (argc == 3 && first == "--completion") return completion_script(argv[2]);
    if (argc < 3) return std::nullopt;
    std::map<std::string, std::string> given;
    std::optional<HelpExtent> extent;
    for (int i = 2; i < argc; ++i) {
        const std::string argument = argv[i];
        const std::size_t equals = argument.find('=');
        if (argument == "--help" || argument == "-h") extent = extent.value_or(HelpExtent::brief);
        if (argument == "--help-all") extent = HelpExtent::everything;
        if (argument.rfind("--", 0) != 0) continue;
        if (equals != std::string::npos)
            given[argument.substr(2, equals - 2)] = argument.substr(equals + 1);
        else if (i + 1 < argc)
            given[argument.substr(2)] = argv[i + 1];
    }
    for (const CommandEntry& command : command_table())
        if (extent && first == command.name) return help_text(command, given, *extent);
    return std::nullopt;
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
                    "{}: --{}{} is not used by this command (allowed: leave it out; used by {}){}", command.name, name,
                    has_value ? " " + (&extra)[1] : "", elsewhere, nearest_note(bare, names, "--")));
            const std::string near = nearest_note(bare, names, "--");
            throw UsageError(
                fmt::format("{}: unknown option {}{}", command.name, extra.substr(0, extra.find('=')),
                            near.empty() ? fmt::format(" (see modecollapse {} --help)", command.name) : near));
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
    if (const std::optional<std::string> help = help_asked(argc, argv)) {
        print_to_stdout(*help);
        return {nullptr, {}, {}, exit_done};
    }
    CLI::App app("", "modecollapse");
    app.set_help_flag();
    app.set_version_flag("--version", fmt::format("modecollapse {} ({})", program_version(), program_git_sha()));
    app.require_subcommand(0, 1);
    app.allow_extras();
    std::map<const CommandEntry*, std::map<std::string, GivenValue>> given;
    std::map<const CommandEntry*, CLI::App*> parsers;
    for (const CommandEntry& command : command_table()) {
        CLI::App* parser = app.add_subcommand(command.name, command.help);
        parser->allow_extras();
        parser->set_help_flag();
        for (const std::string& name : option_names(command.bit)) {
            const OptionRow& option = *find_option(name, command.bit);
            const std::string flag = "--" + name,
                              names = option.letter.empty() ? flag : "-" + option.letter + "," + flag;
            auto& values = given[&command];
            if (option.kind == Kind::flag) {
                parser->add_flag_function(names, [&values, name, flag](std::int64_t) {
                    values[name] = {"true", flag};
                });
            } else if (name == override_option) {
                parser
                    ->add_option_function<std::string>(
                        names,
                        [&values, name, flag](const std::string& text) {
                            const auto [value, first] = values.emplace(name, GivenValue{text, flag + " " + text});
                            if (!first) value->second.text += between_overrides + text;
                        })
                    ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                    ->trigger_on_parse();
            } else {
                parser
                    ->add_option_function<std::string>(
                        names,
                        [&values, name, flag](const std::string& text) {
                            const GivenValue value = {text, flag + " " + text};
                            const auto [first, is_first] = values.emplace(name, value);
                            if (!is_first)
                                throw UsageError(fmt::format("{}: is given after {} (allowed: once)", value.origin,
                                                             first->second.origin));
                        })
                    ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                    ->trigger_on_parse();
            }
        }
        parsers[&command] = parser;
    }
    for (int i = 1; i < argc; ++i)  // CLI11 would take the next argument for the value
        if (const std::string argument = argv[i]; argument.rfind("--", 0) == 0 && argument.back() == '=')
            throw UsageError(fmt::format("{}: the value is missing", argument));
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        std::ostringstream text;
        const int code = app.exit(help, text, text);
        print_to_stdout(text.str());
        return {nullptr, {}, {}, code};
    } catch (const CLI::ParseError& error) {
        throw UsageError(fmt::format("{} (see modecollapse --help)", error.what()));
    }
    for (const CommandEntry& command : command_table()) {
        if (!parsers[&command]->parsed()) continue;
        positionals_of(app.remaining(), {command.name, command.bit, "", "", nullptr, nullptr, nullptr});
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
    const std::string near = nearest_note(first, names);
    throw UsageError(fmt::format("unknown command \"{}\"{}", first,
                                 near.empty() ? fmt::format(" (allowed: {})", fmt::join(names, ", ")) : near));
}

}  // namespace modecollapse
