#include "host/cli/terminal.hpp"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "host/io/utf8.hpp"

namespace modecollapse {
namespace {

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

void start_log() {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("modecollapse"));
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<PrintableMessage>('*').set_pattern("modecollapse: %*");
    spdlog::set_formatter(std::move(formatter));
}

}  // namespace modecollapse
