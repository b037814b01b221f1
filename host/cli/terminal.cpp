#include "host/cli/terminal.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace modecollapse {
namespace {

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

int terminal_columns(int descriptor) {
    const char* told = std::getenv("COLUMNS");
    if (const int columns = told ? std::atoi(told) : 0; columns > 0) return columns;
    winsize size = {};
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool can_redraw() {
    const char* term = std::getenv("TERM");
    return isatty(STDERR_FILENO) && term && *term && std::strcmp(term, "dumb") != 0;
}

void start_log() {
    spdlog::set_default_logger(spdlog::stderr_logger_mt("modecollapse"));
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<PrintableMessage>('*').set_pattern("modecollapse: %*");
    spdlog::set_formatter(std::move(formatter));
}

}  // namespace modecollapse
