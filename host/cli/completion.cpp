#include "host/cli/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "host/cli/help.hpp"
#include "host/options/file_choice.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

// An option of a command, of whatever family.
struct Completed {
    const OptionRow* row;
    std::set<std::string> choices;  // of all families; of none of them: a file, if it takes a text
};

std::vector<Completed> completed_options(const CommandEntry& command) {
    std::vector<Completed> all;
    for (const std::string& name : option_names(command.bit)) {
        Completed one = {find_option(name, command.bit), {}};
        for (const std::string& family : families_of(command.bit))
            if (const OptionRow* row = find_option(name, command.bit, family); row && row->kind == Kind::choice)
                for (const std::string& choice : split(row->range, '|'))
                    if (choice != any_file) one.choices.insert(choice);
        all.push_back(one);
    }
    return all;
}

std::string bash_script() {
    std::vector<const char*> names;
    std::string options, values;
    for (const CommandEntry& command : command_table()) {
        names.push_back(command.name);
        std::vector<std::string> flags = {"--help", "--help-all"};
        for (const Completed& option : completed_options(command)) {
            flags.push_back("--" + option.row->name);
            if (!option.choices.empty())
                values += fmt::format("        {}:--{}) words=\"{}\" ;;\n", command.name, option.row->name,
                                      fmt::join(option.choices, " "));
            else if (option.row->kind != Kind::text && option.row->kind != Kind::flag)
                values += fmt::format("        {}:--{}) return ;;\n", command.name, option.row->name);
        }
        options += fmt::format("        {}) words=\"{}\" ;;\n", command.name, fmt::join(flags, " "));
    }
    return fmt::format(R"(# bash completion for modecollapse: made by modecollapse --completion bash
_modecollapse() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "{} --help --version" -- "$word"))
        return
    fi
    case $command:$before in
{}    esac
    if [ -z "$words" ] && [[ $word == -* ]]; then
        case $command in
{}        esac
    fi
    if [ -n "$words" ]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}}
complete -o filenames -F _modecollapse modecollapse
)",
                       fmt::join(names, " "), values, options);
}

// Text between single quotes, of which `special` characters are escaped by a backslash.
std::string quoted(const std::string& text, const std::string& special) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'') {
            result += "'\\''";
            continue;
        }
        if (special.find(c) != std::string::npos) result += '\\';
        result += c;
    }
    return result + "'";
}

std::string zsh_script() {
    std::string commands, cases;
    for (const CommandEntry& command : command_table()) {
        commands += fmt::format("        {}\n", quoted(fmt::format("{}:{}", command.name, command.help), ""));
        cases += fmt::format("        {})\n            _arguments '--help[a short text]' '--help-all[every option]'",
                             command.name);
        for (const Completed& option : completed_options(command)) {
            const std::string value = option.row->kind == Kind::flag ? ""
                                      : !option.choices.empty()
                                          ? fmt::format(":value:({})", fmt::join(option.choices, " "))
                                      : option.row->kind == Kind::text ? ":file:_files"
                                                                       : ":value:( )";
            const std::string help = quoted(option.row->help, "[]\\:");
            cases += fmt::format(" \\\n                '--{}['{}']{}'", option.row->name, help, value);
        }
        cases += command.positional ? " \\\n                '*:file:_files' ;;\n" : " ;;\n";
    }
    return fmt::format(R"(#compdef modecollapse
# made by modecollapse --completion zsh
_modecollapse() {{
    local -a commands
    commands=(
{}    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
{}    esac
}}
_modecollapse "$@"
)",
                       commands, cases);
}

std::string fish_script() {
    std::string text = "# fish completion for modecollapse: made by modecollapse --completion fish\n";
    for (const CommandEntry& command : command_table()) {
        text += fmt::format("complete -c modecollapse -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                            quoted(command.help, "\\"));
        const std::string when =
            fmt::format("complete -c modecollapse -n '__fish_seen_subcommand_from {}'", command.name);
        for (const Completed& option : completed_options(command)) {
            const std::string letter = option.row->letter.empty() ? "" : " -s " + option.row->letter;
            const std::string value = option.row->kind == Kind::flag ? ""
                                      : !option.choices.empty()
                                          ? fmt::format(" -x -a '{}'", fmt::join(option.choices, " "))
                                      : option.row->kind == Kind::text ? " -r"
                                                                       : " -x";
            text += fmt::format("{}{} -l {}{} -d {}\n", when, letter, option.row->name, value,
                                quoted(option.row->help, "\\"));
        }
    }
    return text;
}

}  // namespace

std::string completion_script(const std::string& shell) {
    if (shell == "bash") return bash_script();
    if (shell == "zsh") return zsh_script();
    if (shell == "fish") return fish_script();
    throw UsageError(fmt::format("--completion {} (allowed: bash, zsh, fish)", shell));
}

}  // namespace modecollapse
