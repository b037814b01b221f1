#include "host/cli/terminal.hpp"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

namespace modecollapse {
namespace {

struct Symbol {
    std::size_t bytes;   // 1 for what is no UTF-8
    char32_t character;  // invalid for that
};
constexpr char32_t invalid = 0xFFFFFFFF;

// The character of UTF-8 that begins at text[at].
Symbol symbol_at(const std::string& text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(at);
    if (first < 0x80) return {1, first};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return {1, invalid};
    char32_t character = first & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0u) != 0x80u) return {1, invalid};
        character = character << 6 | (byte(at + i) & 0x3Fu);
    }
    return {length, character};
}

bool commands_a_terminal(char32_t c) {
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

// The message of a log line.
class PrintableMessage : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& line) override {
        const std::string text = printable(std::string(message.payload.data(), message.payload.size()));
        line.append(text.data(), text.data() + text.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<PrintableMessage>(); }
};

}  // namespace

std::string printable(const std::string& text) {
    const auto plain = [](char c) { return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\t'; };
    if (std::all_of(text.begin(), text.end(), plain)) return text;
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const auto [bytes, character] = symbol_at(text, at);
        if (character == invalid)
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
        else if (commands_a_terminal(character))
            result += fmt::format(character < 0x100 ? "\\x{:02x}" : "\\u{:04x}", static_cast<unsigned>(character));
        else
            result.append(text, at, bytes);
        at += bytes;
    }
    return result;
}

void start_log() {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("modecollapse"));
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<PrintableMessage>('*').set_pattern("modecollapse: %*");
    spdlog::set_formatter(std::move(formatter));
}

}  // namespace modecollapse
