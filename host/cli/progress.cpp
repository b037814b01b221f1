#include "host/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "host/cli/terminal.hpp"

namespace modecollapse {
namespace {

// "label [####....] text" in less than `columns`: the bar gives way first, then the end of the text. 0: unknown.
std::string bar_text(const std::string& label, double share, const std::string& text, int columns) {
    constexpr int widest = 30, narrowest = 5;
    const int room = columns > 0 ? columns - 1 : 1000;
    const int beside = static_cast<int>(label.size() + text.size()) + 4;  // blanks and brackets
    const int width = std::min(widest, room - beside);
    std::string line = label + ' ';
    if (width >= narrowest) {
        const int full = static_cast<int>(share * width);
        line += fmt::format("[{:#<{}}{:.<{}}] ", "", full, "", width - full);
    }
    line += text;
    return line.substr(0, static_cast<std::size_t>(room));
}

}  // namespace

Progress::Progress(const std::string& label, bool enabled)
    : label_(label),
      watch_(partial_answers_kept() ? nullptr : current_watch()),
      enabled_(watch_ ? static_cast<bool>(watch_->progress) : enabled && isatty(STDERR_FILENO)),
      redraws_(can_redraw()),
      started_(std::chrono::steady_clock::now()),
      last_(started_) {}

Progress::~Progress() {
    if (drawn_) fmt::print(stderr, "\r\033[K");
}

void Progress::update(double fraction, const std::string& note) {
    const auto now = std::chrono::steady_clock::now();
    const auto pause = redraws_ || watch_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(5000);
    if (!enabled_ || now - last_ < pause) return;
    last_ = now;
    if (watch_) {
        watch_->progress(fraction, note);
        return;
    }
    const double share = std::clamp(fraction, 0.0, 1.0);
    const double elapsed = std::chrono::duration<double>(now - started_).count();
    const std::string left = share > 0.02 ? fmt::format("{:.0f} s left", elapsed / share - elapsed) : "";
    const std::string text = fmt::format("{:3.0f} %  {}  {}", 100.0 * share, note, left);
    if (!redraws_) {
        fmt::print(stderr, "{}: {}\n", label_, text);
        return;
    }
    drawn_ = true;
    fmt::print(stderr, "\r\033[K{}", bar_text(label_, share, text, terminal_columns(STDERR_FILENO)));
    std::fflush(stderr);
}

}  // namespace modecollapse
