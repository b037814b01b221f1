#include "kernels/vae/ensemble.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#include "kernels/run/parallel.hpp"
#include "kernels/training/slices.hpp"
#include "kernels/vae/memory.hpp"
#include "modecollapse/numbers/symmetric_eigen.hpp"

namespace modecollapse::vae {
namespace {

constexpr std::align_val_t alignment{memory_alignment};

// A member's block, and its arrays in the precision's type.
class Block {
public:
    Block(const Problem& problem, Precision precision) : single_(precision == Precision::single_precision) {
        const std::size_t bytes = thread_bytes(problem, precision);
        bytes_.reset(static_cast<std::byte*>(::operator new(bytes, alignment)));
        size_ = bytes;
        if (single_)
            of_floats_ = memory_of<float>(problem, bytes_.get());
        else
            of_doubles_ = memory_of<double>(problem, bytes_.get());
        clear();
    }
    void clear() { std::memset(bytes_.get(), 0, size_); }
    const void* memory() const { return single_ ? static_cast<const void*>(&of_floats_) : &of_doubles_; }
    const Memory<double>& of_doubles() const { return of_doubles_; }

private:
    struct Release {
        void operator()(std::byte* memory) const { ::operator delete(memory, alignment); }
    };
    bool single_;
    std::size_t size_ = 0;
    std::unique_ptr<std::byte, Release> bytes_;
    Memory<float> of_floats_ = {};
    Memory<double> of_doubles_ = {};
};

Lanes lanes_for(const char* isa) { return MC_FUNCTION_FOR(isa, vae_lanes); }

Monitor nothing() {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan, nan, nan};
}

double mean_of(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

// Eigenvalues of the covariance of `rows` rows of n numbers.
std::vector<double> covariance_eigenvalues(const std::vector<double>& x, std::uint64_t rows, int n) {
    double covariance[most_latent][most_latent] = {}, vectors[most_latent][most_latent] = {};
    std::vector<double> mean(static_cast<std::size_t>(n));
    for (std::uint64_t i = 0; i < rows; ++i)
        for (int k = 0; k < n; ++k) mean[k] += x[i * n + k] / static_cast<double>(rows);
    for (std::uint64_t i = 0; i < rows; ++i)
        for (int a = 0; a < n; ++a)
            for (int b = 0; b < n; ++b)
                covariance[a][b] += (x[i * n + a] - mean[a]) * (x[i * n + b] - mean[b]) / static_cast<double>(rows - 1);
    symmetric_eigen(covariance, vectors, n);
    std::vector<double> values;
    for (int k = 0; k < n; ++k) values.push_back(covariance[k][k]);
    return values;
}

class Worker {
public:
    Worker(const Task& task, Lanes lanes, TrainingCrew& crew, bool calling)
        : task_(task),
          problem_(*task.problem),
          lanes_(lanes),
          crew_(crew),
          slices_(crew, task.stop, calling ? task.progress : nullptr),
          block_(problem_, task.precision),
          mean_(problem_.held_out * problem_.latent),
          kl_(problem_.held_out),
          misfit_(problem_.held_out) {}

    void run() {
        for (std::uint64_t index; !crew_.stop && (index = crew_.next.fetch_add(1)) < task_.count;)
            if (is_due(task_.stop) || !train(index)) crew_.stop = true;
    }

private:
    Answer call(TaskKind kind, std::uint64_t first, std::uint64_t count) {
        Call call = {kind, &problem_, task_.precision, task_.seed, id_, block_.memory()};
        call.first = first;
        call.count = count;
        call.evaluation = {mean_.data(), nullptr, kl_.data(), misfit_.data()};
        call.stop = task_.stop;
        return lanes_(call);
    }

    // False: given up.
    bool train(std::uint64_t index) {
        id_ = task_.first + index;
        block_.clear();
        call(TaskKind::prepare, 0, 0);
        std::uint64_t step = 0, k = 0;
        bool finite = true;
        while (finite) {
            for (; k < task_.path.times && task_.path.steps[k] == step; ++k)
                if (!look(step, task_.path.monitors[index * task_.path.times + k])) return false;
            const std::uint64_t end = k < task_.path.times ? task_.path.steps[k] : problem_.steps;
            if (step >= end) break;
            if (!slices_.advance(step, end, finite, [&](std::uint64_t from, std::uint64_t count) {
                    return call(TaskKind::train, from, count);
                }))
                return false;
        }
        for (; k < task_.path.times; ++k) task_.path.monitors[index * task_.path.times + k] = nothing();
        Monitor monitor = nothing();
        if (finite && !look(step, monitor)) return false;
        finish(index, step, monitor);
        return true;
    }

    bool look(std::uint64_t step, Monitor& monitor) {
        if (call(TaskKind::evaluate, step, 0).given_up) return false;
        const int n = static_cast<int>(problem_.latent);
        monitor.kl = mean_of(kl_);
        monitor.reconstruction = -mean_of(misfit_);
        monitor.elbo = monitor.reconstruction - monitor.kl;
        monitor.active = monitor.variance = 0.0;
        if (!(monitor.elbo - monitor.elbo == 0.0)) {
            monitor = nothing();
            return true;
        }
        for (const double value : covariance_eigenvalues(mean_, problem_.held_out, n)) {
            if (value > problem_.activity_floor) monitor.active += 1.0;
            monitor.variance = std::max(monitor.variance, value);
        }
        return true;
    }

    void finish(std::uint64_t index, std::uint64_t step, const Monitor& monitor) const {
        const bool known = monitor.elbo - monitor.elbo == 0.0 && monitor.variance - monitor.variance == 0.0;
        const Outcome outcome = !known               ? Outcome::failed
                                : monitor.active > 0 ? Outcome::informative
                                                     : Outcome::collapsed;
        const Record& record = task_.record;
        if (record.steps) record.steps[index] = step;
        if (record.monitor) record.monitor[index] = known ? monitor : nothing();
        if (record.outcome) record.outcome[index] = static_cast<std::uint8_t>(outcome);
    }

    const Task& task_;
    const Problem& problem_;
    Lanes lanes_;
    TrainingCrew& crew_;
    TrainingSlices slices_;
    Block block_;
    std::uint64_t id_ = 0;
    std::vector<double> mean_, kl_, misfit_;
};

}  // namespace

std::size_t thread_bytes(const Problem& problem, Precision precision) {
    return precision == Precision::single_precision ? memory_of<float>(problem, nullptr).bytes
                                                    : memory_of<double>(problem, nullptr).bytes;
}

bool run_on_cpu(const Task& task, const CpuOptions& options) {
    const Lanes lanes = lanes_for(options.isa);
    TrainingCrew crew;
    const std::thread::id calling = std::this_thread::get_id();
    const auto threads = std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max(options.threads, 1)), task.count);
    on_threads(static_cast<int>(threads), [&](const Crew&) {
        try {
            Worker(task, lanes, crew, std::this_thread::get_id() == calling).run();
        } catch (...) {
            crew.stop = true;
            throw;
        }
    });
    return !crew.stop;
}

void start_of(const Problem& problem, std::uint64_t seed, std::uint64_t id, const char* isa, double* parameters) {
    Block block(problem, Precision::double_precision);
    lanes_for(isa)({TaskKind::prepare, &problem, Precision::double_precision, seed, id, block.memory()});
    std::copy_n(block.of_doubles().parameters, layout_of(problem).count, parameters);
}

double gradient_at(const Problem& problem, const double* parameters, const double* given, std::uint64_t step,
                   const char* isa, double* gradient) {
    Block block(problem, Precision::double_precision);
    std::copy_n(parameters, layout_of(problem).count, block.of_doubles().parameters);
    Call call = {TaskKind::gradient, &problem, Precision::double_precision, 0, 0, block.memory()};
    call.first = step;
    call.given = given;
    const double loss = lanes_for(isa)(call).loss;
    std::copy_n(block.of_doubles().gradient, layout_of(problem).count, gradient);
    return loss;
}

}  // namespace modecollapse::vae
