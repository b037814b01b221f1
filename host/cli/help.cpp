#include "host/cli/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "host/families/family.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

constexpr int narrowest = 80, widest = 120, names_width = 30;

const char* placeholder(Kind kind) {
    switch (kind) {
        case Kind::number_list:
        case Kind::integer_list:
            return " LIST";
        case Kind::choice:
            return " NAME";
        case Kind::text:
            return " TEXT";
        case Kind::flag:
            return "";
        default:
            return " N";
    }
}

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
    std::string own = option.fallback;
    std::vector<std::string> conditional;
    for (const OtherDefault& other : option.others) {
        if (!(other.commands & command)) continue;
        if (other.needs.empty()) {
            own = other.value;
            break;
        }
        std::vector<std::string> needs;
        for (const Need& need : other.needs)
            needs.push_back(need.values == any_value ? "--" + need.option
                                                     : fmt::format("--{} {}", need.option, need.values));
        const std::string text = fmt::format("{} with {}", other.value, fmt::join(needs, " and "));
        if (conditional.empty() || conditional.back() != text) conditional.push_back(text);
    }
    if (!own.empty()) conditional.insert(conditional.begin(), own);
    return conditional.empty() ? "" : fmt::format("; default {}", fmt::join(conditional, ", "));
}

// A name, and what it does in a column of its own.
std::string entry(const std::string& name, const std::string& text, int width) {
    constexpr auto indent = static_cast<std::size_t>(names_width);
    std::string line = "  " + name + ' ';
    if (line.size() < indent)
        line.resize(indent, ' ');
    else
        line.back() = '\n', line.append(indent, ' ');
    return line + wrapped(text, width, names_width) + '\n';
}

std::string line_of(const OptionRow& option, unsigned command, int width) {
    const std::string letter = option.letter.empty() ? "" : fmt::format("-{}, ", option.letter);
    const std::string range =
        option.kind == Kind::flag ? "" : fmt::format(" [{}{}]", option.range, defaults_text(option, command));
    return entry(letter + "--" + option.name + placeholder(option.kind), option.help + range, width);
}

// Leaves out the rows that were told before.
std::string options_text(const CommandEntry& command, const std::string& family, int width,
                         std::vector<const OptionRow*>& told) {
    std::string text;
    std::string last;
    for (const OptionRow* option : option_rows(command.bit, family)) {
        if (std::find(told.begin(), told.end(), option) != told.end()) continue;
        told.push_back(option);
        const std::string title = heading(option->group, family);
        if (title != last) text += fmt::format("\n{}\n", title);
        last = title;
        text += line_of(*option, command.bit, width);
    }
    return text;
}

}  // namespace

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
    int columns = 0;
    if (const char* told = std::getenv("COLUMNS")) columns = std::atoi(told);
    winsize size = {};
    if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
    return std::clamp(columns, narrowest, widest);
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
    text += options_text(command, family, width, told);
    text += '\n' + entry("--help", "this text", width);
    const bool many = able.size() > 1 && find_option("family", command.bit);
    if (extent == HelpExtent::everything) {
        for (const std::string& other : able) {
            const std::string more = options_text(command, other, width, told);
            if (!more.empty()) text += fmt::format("\nWith --family {}:\n{}", other, more);
        }
    } else if (many) {
        text += entry("--help-all",
                      fmt::format("the options of every family; these are those of --family {} "
                                  "({} --family {} --help for another)",
                                  family, command.name, able.front() == family ? able[1] : able.front()),
                      width);
    }
    if (command.examples) text += fmt::format("\nExamples\n{}", command.examples);
    return text;
}

}  // namespace modecollapse
