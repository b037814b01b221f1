#include "host/cli/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

#include "host/cli/terminal.hpp"
#include "host/families/family.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

constexpr int narrowest = 60, usual = 80, widest = 120, names_width = 30;

// The pieces between which a line may end: words, and within a word too long for a line the choices "a|b|c".
std::vector<std::string> pieces_of(const std::string& text, std::size_t longest) {
    std::vector<std::string> pieces;
    for (std::string word : split(text, ' ')) {
        while (word.size() > longest) {
            const std::size_t bar = word.rfind('|', longest - 1);
            if (bar == std::string::npos) break;
            pieces.push_back(word.substr(0, bar + 1));
            word.erase(0, bar + 1);
        }
        pieces.push_back(word);
    }
    return pieces;
}

// Words in lines of at most `width` columns, each after the first indented.
std::string wrapped(const std::string& text, int width, int indent) {
    std::string result;
    int column = indent;
    for (const std::string& piece : pieces_of(text, static_cast<std::size_t>(width - indent))) {
        const int length = static_cast<int>(piece.size());
        const bool goes_on = !result.empty() && result.back() == '|';
        if (column > indent && (goes_on || column + 1 + length > width)) {
            result += '\n' + std::string(static_cast<std::size_t>(indent), ' ');
            column = indent;
        } else if (column > indent) {
            result += ' ';
            ++column;
        }
        result += piece;
        column += length;
    }
    return result;
}

// "default 1000000; 1000 with --dynamics sgd|sgd-full|sde"
std::string defaults_text(const OptionRow& option, unsigned command) {
    if (option.kind == Kind::flag) return "";
    const auto of_command = std::find_if(option.others.begin(), option.others.end(), [&](const OtherDefault& other) {
        return (other.commands & command) && other.needs.empty();
    });
    const std::string own = of_command == option.others.end() ? option.fallback : of_command->value;
    std::vector<std::string> conditional;
    for (const OtherDefault& other : option.others) {
        if (!(other.commands & command)) continue;
        if (other.needs.empty()) break;
        std::vector<std::string> needs;
        for (const Need& need : other.needs)
            needs.push_back(need.values == any_value ? "--" + need.option
                                                     : fmt::format("--{} {}", need.option, need.values));
        const std::string text = fmt::format("{} with {}", other.value, fmt::join(needs, " and "));
        const bool told = other.value == own || (!conditional.empty() && conditional.back() == text);
        if (!told) conditional.push_back(text);
    }
    if (!own.empty()) conditional.insert(conditional.begin(), own);
    return conditional.empty() ? "" : fmt::format("; default {}", fmt::join(conditional, ", "));
}

// A name, and what it is in a column beside it.
std::string beside(const std::string& name, const std::string& text, int width) {
    const int indent = names_width;
    std::string line = name + ' ';
    if (static_cast<int>(line.size()) < indent)
        line.resize(static_cast<std::size_t>(indent), ' ');
    else
        line = name + "\n" + std::string(static_cast<std::size_t>(indent), ' ');
    return line + wrapped(text, width, indent) + '\n';
}

std::string line_of(const OptionRow& option, unsigned command, int width) {
    const std::string letter = option.letter.empty() ? "" : fmt::format("-{}, ", option.letter);
    const std::string value = placeholder(option.kind);
    const std::string range = range_text(option, command);
    return beside(fmt::format("  {}--{}{}{}", letter, option.name, value.empty() ? "" : " ", value),
                  option.help + (range.empty() ? "" : fmt::format(" [{}]", range)), width);
}

// Is it told in the brief text? What is computed, and what nearly every run is given.
bool is_brief(const OptionRow& option) {
    const bool by_group = option.group == Group::physics || option.group == Group::family ||
                          option.group == Group::of_the_family || option.group == Group::command;
    return by_group || !option.letter.empty() || option.name == "trajectories" || option.name == "seed";
}

// Leaves out the rows that were told before.
std::string options_text(const CommandEntry& command, const std::string& family, HelpExtent extent, int width,
                         std::vector<const OptionRow*>& told) {
    std::string text, last;
    for (const OptionRow* option : option_rows(command.bit, family)) {
        if (extent == HelpExtent::brief && !is_brief(*option)) continue;
        if (std::find(told.begin(), told.end(), option) != told.end()) continue;
        told.push_back(option);
        const std::string title = heading(option->group, family);
        if (title != last) text += fmt::format("\n{}\n", title);
        last = title;
        text += line_of(*option, command.bit, width);
    }
    return text;
}

// The names of the options that the brief text leaves out, a line a group; empty: none.
std::string names_of_others(const CommandEntry& command, const std::string& family, int width) {
    std::string text, last, names;
    const auto finish = [&] {
        if (!names.empty()) text += beside("  " + last + ":", names, width);
        names.clear();
    };
    for (const OptionRow* option : option_rows(command.bit, family)) {
        if (is_brief(*option)) continue;
        const std::string title = heading(option->group, family);
        if (title != last) finish();
        last = title;
        names += (names.empty() ? "--" : " --") + option->name;
    }
    finish();
    return text.empty() ? text : "\nMore, explained by --help-all\n" + text;
}

// Those of the table are of the family that is fitted unless another is asked for.
std::string examples_text(const CommandEntry& command, const std::string& family, const std::string& usual_family) {
    if (!command.examples) return "";
    if (family == usual_family) return fmt::format("\nExamples\n{}", command.examples);
    const bool is_random = find_option("seed", command.bit, family) != nullptr;
    return fmt::format("\nExample\n  modecollapse {} --family {}{}\n", command.name, family,
                       is_random ? " --seed 7" : "");
}

}  // namespace

const char* placeholder(Kind kind) {
    switch (kind) {
        case Kind::number_list:
        case Kind::integer_list:
            return "LIST";
        case Kind::choice:
            return "NAME";
        case Kind::text:
            return "TEXT";
        case Kind::flag:
            return "";
        default:
            return "N";
    }
}

std::string range_text(const OptionRow& option, unsigned command) {
    return option.kind == Kind::flag ? "" : option.range + defaults_text(option, command);
}

std::string heading(Group group, const std::string& family) {
    switch (group) {
        case Group::physics:
            return "Physics";
        case Group::dynamics:
            return "Sampled dynamics and tempering";
        case Group::family:
            return "Family";
        case Group::of_the_family:
            return fmt::format("Of --family {}", family);
        case Group::outcome:
            return "Outcome";
        case Group::command:
            return "Command";
        case Group::run:
            return "Run";
        default:
            return "Input and output";
    }
}

std::string first_family_with(const std::string& option, unsigned command) {
    for (const std::string& family : families_of(command))
        if (find_option(option, command, family)) return family;
    return default_family();
}

std::string help_of_all_families(const std::string& name, unsigned command) {
    std::string text;
    std::vector<const OptionRow*> told;
    for (const std::string& family : families_of(command)) {
        const OptionRow* option = find_option(name, command, family);
        if (!option || std::find(told.begin(), told.end(), option) != told.end()) continue;
        const bool first = told.empty(), only_there = first && family != default_family();
        if (first)
            text = option->help + (only_there ? fmt::format(" (family {})", family) : std::string());
        else
            text += fmt::format("; family {}: {} [{}{}]", family, option->help, option->range,
                                defaults_text(*option, command));
        told.push_back(option);
    }
    return text;
}

int text_width() {
    const int columns = terminal_columns(STDOUT_FILENO);
    return columns > 0 ? std::clamp(columns, narrowest, widest) : usual;
}

std::string program_help() {
    const int width = text_width();
    std::string text =
        "modecollapse COMMAND [OPTIONS]\n" +
        wrapped(
            "Monte Carlo engine for mode collapse in variational inference: how often, when and why does a fit lose "
            "a mode?",
            width, 0) +
        "\n\nCommands, each with its own --help and --help-all\n";
    for (const CommandEntry& command : command_table())
        text += beside(fmt::format("  {}", command.name), command.help, width);
    text += "\n  --help                      this text\n  --version                   version and commit\n\n";
    for (const char* note : {about_lists, about_words, about_exit_codes, about_environment})
        text += wrapped(note, width, 0) + '\n';
    return text + "\nExample\n  modecollapse threshold --dimension 10,100,1000 --seed 7\n";
}

std::string help_text(const CommandEntry& command, const std::map<std::string, std::string>& given, HelpExtent extent) {
    const int width = text_width();
    const std::vector<std::string> able = families_of(command.bit);
    const auto asked = given.find("family");
    const bool known = asked != given.end() && std::find(able.begin(), able.end(), asked->second) != able.end();
    const std::string family = known ? asked->second : able.front();
    std::string text = fmt::format("modecollapse {}{} [OPTIONS]\n", command.name,
                                   command.positional ? fmt::format(" {}", command.positional) : std::string());
    text += wrapped(command.help, width, 0) + '\n';
    std::vector<const OptionRow*> told;
    text += options_text(command, family, extent, width, told);
    if (extent == HelpExtent::everything) {
        for (const std::string& other : able) {
            const std::string more = options_text(command, other, extent, width, told);
            if (!more.empty()) text += fmt::format("\nWith --family {}:\n{}", other, more);
        }
    } else {
        text += names_of_others(command, family, width);
    }
    const bool brief = extent == HelpExtent::brief, many = able.size() > 1 && find_option("family", command.bit);
    text += "\n" + beside("  --help", brief ? "this text" : "the options that most runs are given", width);
    if (brief)
        text += beside("  --help-all",
                       many ? fmt::format("every option, of every family; these are of --family {} ({} --family {} "
                                          "--help for another)",
                                          family, command.name, able.front() == family ? able[1] : able.front())
                            : std::string("every option"),
                       width);
    text += examples_text(command, family, able.front());
    return text + '\n' + wrapped(about_words, width, 0) + '\n';
}

}  // namespace modecollapse
