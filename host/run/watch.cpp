#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

thread_local RunWatch* watch_of_thread = nullptr;

}  // namespace

RunWatch* current_watch() { return watch_of_thread; }

WatchScope::WatchScope(RunWatch* watch) : before_(watch_of_thread) { watch_of_thread = watch; }
WatchScope::~WatchScope() { watch_of_thread = before_; }

void run_on_watching_thread(const std::function<void()>& work) {
    if (watch_of_thread && watch_of_thread->on_watching_thread)
        watch_of_thread->on_watching_thread(work);
    else
        work();
}

bool stop_asked() { return watch_of_thread && watch_of_thread->stop.is_due(); }

const StopRequest* give_up_request() { return watch_of_thread ? &watch_of_thread->give_up : nullptr; }

void throw_if_given_up() {
    if (is_due(give_up_request())) throw Interrupted{};
}

bool partial_answers_kept() { return watch_of_thread && watch_of_thread->owner == RunWatch::Owner::program; }

}  // namespace modecollapse
