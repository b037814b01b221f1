#include "host/io/printable.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/io/utf8.hpp"

namespace modecollapse {
namespace {

bool commands_a_terminal(char32_t c) {
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string printable(const std::string& text) {
    const auto plain = [](char c) { return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\t'; };
    if (std::all_of(text.begin(), text.end(), plain)) return text;
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const auto [bytes, character] = symbol_at(text, at);
        if (character == no_utf8)
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
        else if (commands_a_terminal(character))
            result += fmt::format(character < 0x100 ? "\\x{:02x}" : "\\u{:04x}", static_cast<unsigned>(character));
        else
            result.append(text, at, bytes);
        at += bytes;
    }
    return result;
}

std::string printable_line(const std::string& text) {
    std::string result;
    for (const char c : printable(text)) result += c == '\n' ? "\\x0a" : c == '\t' ? "\\x09" : std::string(1, c);
    return result;
}

}  // namespace modecollapse
