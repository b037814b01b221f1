#include "host/options/toml_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "host/options/toml_guard.hpp"

namespace modecollapse {
namespace {

std::string value_text(const toml::node& node) {
    if (const auto* value = node.as_string()) return value->get();
    if (const auto* value = node.as_integer()) return fmt::format("{}", value->get());
    if (const auto* value = node.as_floating_point()) return fmt::format("{}", value->get());
    if (const auto* value = node.as_boolean()) return value->get() ? "true" : "false";
    if (const auto* array = node.as_array()) {
        std::string list;
        for (const toml::node& element : *array) {
            if (element.is_array()) throw std::invalid_argument("is a list of lists");
            list += (list.empty() ? "" : ",") + value_text(element);
        }
        return list;
    }
    throw std::invalid_argument("is neither a number, a string, true or false, nor a list of these");
}

}  // namespace

std::string text_of_toml(const std::string& path, const std::string& as) {
    constexpr std::size_t largest = 64u << 20;
    struct stat info = {};
    std::ifstream file(path, std::ios::binary);
    if (!file || stat(path.c_str(), &info) != 0)
        throw UsageError(fmt::format("{}: cannot be opened for reading: {}", as, std::strerror(errno)));
    if (S_ISDIR(info.st_mode)) throw UsageError(fmt::format("{}: is a folder (allowed: a TOML file)", as));
    std::string text;
    for (char block[65536]; file.read(block, sizeof block), file.gcount() > 0;) {
        text.append(block, static_cast<std::size_t>(file.gcount()));
        if (text.size() > largest) throw UsageError(fmt::format("{}: is larger than 64 MB (allowed: a TOML file)", as));
    }
    return text;
}

toml::table parse_toml(const std::string& text, const std::string& path, const std::string& as) {
    require_parsable(text, as);
    try {
        return toml::parse(text, path);
    } catch (const toml::parse_error& error) {
        const auto begin = error.source().begin;
        if (begin.line == 0) throw UsageError(fmt::format("{}: {}", as, error.description()));
        throw UsageError(fmt::format("{}, line {}, column {}: {}", as, begin.line, begin.column, error.description()));
    }
}

toml::table read_toml(const std::string& path, const std::string& as) {
    return parse_toml(text_of_toml(path, as), path, as);
}

std::string place_of(const toml::source_region& source, const std::string& path) {
    if (source.begin.line == 0) return "--set";
    return fmt::format("{}, line {}, column {}", path, source.begin.line, source.begin.column);
}

GivenValue given_value(const std::string& name, const toml::node& node, const toml::source_region& key,
                       const std::string& path) {
    const std::string place = place_of(node.source().begin.line == 0 ? node.source() : key, path);
    try {
        const std::string text = value_text(node);
        return {text, fmt::format("{} = {} ({})", name, text, place)};
    } catch (const std::invalid_argument& error) {
        throw UsageError(fmt::format("{}: {} {}", place, name, error.what()));
    }
}

std::vector<std::string> texts_within(const toml::node& node) {
    std::vector<std::string> texts;
    const toml::array* array = node.as_array();
    if (!array) return texts;
    for (const toml::node& element : *array) {
        try {
            texts.push_back(value_text(element));
        } catch (const std::invalid_argument&) {
            return {};  // given_value says why
        }
    }
    return texts;
}

std::vector<std::string> lists_within(const toml::node& node) {
    std::vector<std::string> texts = texts_within(node);
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (node.as_array()->get(i)->is_array() || texts[i].find(',') != std::string::npos) return texts;
    return {};
}

std::string toml_string(const std::string& text) {
    // on several lines its printer leaves out the first line break, and what looks like the end
    const auto one_line = toml::toml_formatter::default_flags &
                          ~(toml::format_flags::allow_multi_line_strings | toml::format_flags::allow_literal_strings);
    const bool has_lines = text.find('\n') != std::string::npos;
    std::ostringstream stream;
    const toml::value<std::string> value(text);
    stream << toml::toml_formatter(value, has_lines ? one_line : toml::toml_formatter::default_flags);
    return stream.str();
}

void refuse_key(const std::string& name, const toml::source_region& key, const std::string& path,
                const std::string& context, const std::vector<std::string>& names) {
    const std::string near = nearest_note(name, names, "\"", "\"");
    throw UsageError(
        fmt::format("{}: unknown key \"{}\" {}{}", place_of(key, path), name, context,
                    near.empty() && names.size() < 10 ? fmt::format(" (allowed: {})", fmt::join(names, ", ")) : near));
}

}  // namespace modecollapse
