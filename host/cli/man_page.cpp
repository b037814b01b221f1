#include "host/cli/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/cli/help.hpp"
#include "host/io/provenance.hpp"

namespace modecollapse {
namespace {

// Text that roff prints as it is: backslashes and minus signs escaped, no line that begins like a request.
std::string roff(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n')) result += "\\&";
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
    }
    return result;
}

std::string option_text(const OptionRow& option, unsigned command) {
    const std::string letter = option.letter.empty() ? "" : fmt::format("\\fB\\-{}\\fR, ", option.letter);
    const std::string range = range_text(option, command);
    return fmt::format(".TP\n{}\\fB\\-\\-{}\\fR \\fI{}\\fR\n{}\n", letter, roff(option.name), placeholder(option.kind),
                       roff(option.help + (range.empty() ? "" : fmt::format(" [{}]", range))));
}

std::string command_text(const CommandEntry& command) {
    const std::string positional = command.positional ? command.positional : "";
    std::string text = fmt::format(".SH COMMAND {}\n{}\n.PP\n.B modecollapse {} {}\n[OPTIONS]\n", roff(command.name),
                                   roff(command.help), roff(command.name), roff(positional));
    std::vector<const OptionRow*> told;
    for (const std::string& family : families_of(command.bit)) {
        std::string own;
        for (const OptionRow* option : option_rows(command.bit, family)) {
            if (std::find(told.begin(), told.end(), option) != told.end()) continue;
            told.push_back(option);
            own += option_text(*option, command.bit);
        }
        if (!own.empty() && family != default_family()) text += fmt::format(".SS With \\-\\-family {}\n", roff(family));
        text += own;
    }
    if (command.examples) text += fmt::format(".PP\nExamples:\n.nf\n{}.fi\n", roff(command.examples));
    return text;
}

}  // namespace

std::string man_page() {
    std::string text = fmt::format(
        ".TH MODECOLLAPSE 1 \"\" \"modecollapse {}\" \"User Commands\"\n.SH NAME\n"
        "modecollapse \\- how often, when and why does variational inference lose a mode?\n.SH SYNOPSIS\n"
        ".B modecollapse\n.I COMMAND\n[OPTIONS]\n.SH DESCRIPTION\n"
        "A Monte Carlo engine for mode collapse. Each command has \\-\\-help, and \\-\\-help\\-all with every "
        "option.\n",
        roff(program_version()));
    for (const char* note : {about_lists, about_words, about_exit_codes, about_environment})
        text += fmt::format(".PP\n{}\n", roff(note));
    for (const CommandEntry& command : command_table()) text += command_text(command);
    return text;
}

}  // namespace modecollapse
