#include "host/sweep/manifest.hpp"

#include <fmt/format.h>

#include <set>
#include <sstream>
#include <vector>

#include "host/options/file_choice.hpp"
#include "host/options/option_table.hpp"

namespace modecollapse {
namespace {

constexpr const char* mark = "# recorded ";
constexpr const char* files_line = "# files = ";  // a digest of what is in them

// Next line that belongs to the configuration; false at the end, with "(nothing)".
bool next_line(std::istringstream& stream, std::string& line) {
    while (std::getline(stream, line))
        if (line.rfind(mark, 0) != 0) return true;
    line = "(nothing)";
    return false;
}

// The lines of a configuration whose options name files: data = "rows.npy".
std::string options_with_files(const std::string& configuration) {
    std::istringstream lines(configuration);
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);) {
        const OptionRow* row = find_option(line.substr(0, line.find(" = ")), every_command);
        if (row && names_files(*row)) found.push_back(line);
    }
    return fmt::format("{}", fmt::join(found, ", "));
}

}  // namespace

std::string comment_of(const std::string& manifest, const std::string& key) {
    const std::string before = "\n# " + key + " = ";
    const auto at = manifest.find(before);
    if (at == std::string::npos) return "";
    const auto begin = at + before.size();
    return manifest.substr(begin, manifest.find('\n', begin) - begin);
}

std::string recorded_of(const std::string& manifest, const std::string& key) {
    return comment_of(manifest, "recorded " + key);
}

std::string joined_lists(const std::string& first, const std::string& second) {
    std::set<std::string> all;
    for (const std::string& list : {first, second}) {
        std::istringstream entries(list);
        for (std::string entry; std::getline(entries >> std::ws, entry, ',');) all.insert(entry);
    }
    return fmt::format("{}", fmt::join(all, ", "));
}

std::string manifest_text(const std::string& canonical, const std::string& before, const Recorded& recorded) {
    std::string text = canonical;
    for (const auto& [key, value] : recorded)
        if (const std::string all = joined_lists(recorded_of(before, key), value); !all.empty())
            text += fmt::format("{}{} = {}\n", mark, key, all);
    return text;
}

std::string first_difference(const std::string& recorded, const std::string& asked) {
    std::istringstream a(recorded), b(asked);
    std::string left, right;
    while (true) {
        const bool more_left = next_line(a, left), more_right = next_line(b, right);
        if (!more_left && !more_right) return "nothing but the hash";
        if (left == right) continue;
        // a line too many on one side: do not compare it with its neighbour
        const auto has = [](const std::string& text, const std::string& line) {
            return ('\n' + text).find('\n' + line.substr(0, line.find(" = ")) + " = ") != std::string::npos;
        };
        if (more_right && !has(recorded, right))
            left = "(nothing)";
        else if (more_left && !has(asked, left))
            right = "(nothing)";
        if (left.rfind(files_line, 0) == 0 && right.rfind(files_line, 0) == 0)
            return fmt::format("the content of a file has changed since the run began: {}", options_with_files(asked));
        return fmt::format("the run has \"{}\", now asked is \"{}\"", left, right);
    }
}

}  // namespace modecollapse
