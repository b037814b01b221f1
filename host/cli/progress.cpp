#include "host/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace modecollapse {

Progress::Progress(const std::string& label, bool enabled)
    : label_(label),
      watch_(partial_answers_kept() ? nullptr : current_watch()),
      enabled_(watch_ ? static_cast<bool>(watch_->progress) : enabled && isatty(STDERR_FILENO)),
      started_(std::chrono::steady_clock::now()),
      last_(started_) {}

Progress::~Progress() {
    if (drawn_) fmt::print(stderr, "\r\033[K");
}

void Progress::update(double fraction, const std::string& note) {
    const auto now = std::chrono::steady_clock::now();
    if (!enabled_ || now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    if (watch_) {
        watch_->progress(fraction, note);
        return;
    }
    drawn_ = true;
    constexpr int width = 30;
    const double share = std::clamp(fraction, 0.0, 1.0);
    const int full = static_cast<int>(share * width);
    const double elapsed = std::chrono::duration<double>(now - started_).count();
    const std::string left = share > 0.02 ? fmt::format("{:.0f} s left", elapsed / share - elapsed) : "";
    fmt::print(stderr, "\r\033[K{} [{:#<{}}{:.<{}}] {:3.0f} %  {}  {}", label_, "", full, "", width - full,
               100.0 * share, note, left);
    std::fflush(stderr);
}

}  // namespace modecollapse
