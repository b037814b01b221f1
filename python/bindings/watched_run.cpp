#include "python/bindings/watched_run.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "host/run/watch.hpp"

namespace py = pybind11;

namespace modecollapse {
namespace {

constexpr auto signal_interval = std::chrono::milliseconds(50);

// One run: the engine's thread works, the thread that made it watches.
class WatchedRun {
public:
    explicit WatchedRun(const py::object& progress) : progress_(progress) {
        if (!progress_.is_none())
            watch_.progress = [this](double fraction, const std::string& note) {
                const std::lock_guard<std::mutex> lock(mutex_);
                fraction_ = fraction;
                note_ = note;
                news_ = true;
            };
        watch_.on_watching_thread = [this](const std::function<void()>& work) { hand_over(work); };
    }

    void run(const std::function<void()>& work) {
        {
            const py::gil_scoped_release release;
            std::thread engine = started([this, &work] { run_engine(work); });
            if (engine.joinable()) {
                watch_until_finished();
                engine.join();
            } else {  // nobody watches, and Ctrl-C is heard at the end
                watch_.progress = nullptr;
                watch_.on_watching_thread = nullptr;
                run_engine(work);
            }
        }
        if (python_error_) std::rethrow_exception(python_error_);
        if (engine_error_) std::rethrow_exception(engine_error_);
    }

private:
    // Not joinable: the system starts no more threads.
    template <class Work>
    static std::thread started(const Work& work) {
        try {
            return std::thread(work);
        } catch (const std::exception&) {
            return {};
        }
    }

    void run_engine(const std::function<void()>& work) {
        const WatchScope scope(&watch_);
        std::exception_ptr error;
        try {
            work();
        } catch (const Interrupted&) {  // python_error_ says why
        } catch (...) {
            error = std::current_exception();
        }
        const std::lock_guard<std::mutex> lock(mutex_);
        engine_error_ = error;
        finished_ = true;
        changed_.notify_all();
    }

    // On the engine's threads: waits until the watching thread has done the work.
    void hand_over(const std::function<void()>& work) {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [this] { return !handed_over_; });
        handed_over_ = &work;
        changed_.notify_all();
        changed_.wait(lock, [this, &work] { return handed_over_ != &work; });
        if (const std::exception_ptr error = std::exchange(handed_over_error_, nullptr)) std::rethrow_exception(error);
    }

    void watch_until_finished() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (!finished_) {
            changed_.wait_for(lock, signal_interval, [this] { return finished_ || handed_over_; });
            if (finished_) return;
            const std::function<void()>* work = handed_over_;
            const bool news = std::exchange(news_, false);
            const double fraction = fraction_;
            const std::string note = note_;
            lock.unlock();
            if (!python_error_) serve_python(news, fraction, note);
            std::exception_ptr error;
            if (work) error = do_work(*work);
            lock.lock();
            if (!work) continue;
            handed_over_ = nullptr;
            handed_over_error_ = error;
            changed_.notify_all();
        }
    }

    void serve_python(bool news, double fraction, const std::string& note) {
        const py::gil_scoped_acquire acquire;
        try {
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
            if (news) progress_(fraction, note);
        } catch (...) {
            python_error_ = std::current_exception();
            watch_.ask_to_stop();
        }
    }

    // With the lock of Python, which keeps its other threads out of the same library.
    static std::exception_ptr do_work(const std::function<void()>& work) {
        const py::gil_scoped_acquire acquire;
        try {
            work();
        } catch (...) {
            return std::current_exception();
        }
        return nullptr;
    }

    py::object progress_;
    RunWatch watch_;
    std::mutex mutex_;  // guards what follows, but for python_error_, which is the watching thread's
    std::condition_variable changed_;
    bool finished_ = false, news_ = false;
    double fraction_ = 0.0;
    std::string note_;
    const std::function<void()>* handed_over_ = nullptr;
    std::exception_ptr handed_over_error_, engine_error_, python_error_;
};

}  // namespace

void run_watched(const py::object& progress, const std::function<void()>& work) { WatchedRun(progress).run(work); }

}  // namespace modecollapse
