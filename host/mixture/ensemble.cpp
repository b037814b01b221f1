#include "host/mixture/ensemble.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "host/mixture/work.hpp"
#include "host/run/default_threads.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

// Trajectories a call to a backend, per thread on the CPU: progress and stop requests are served in between. Chunks
// grow from the smallest while one takes less than `short_chunk` seconds and shrink after one that takes longer than
// `long_chunk`, so that a request is served within a second whatever a trajectory costs. Counts do not depend on them.
struct ChunkSizes {
    std::uint64_t smallest, largest;
};
constexpr ChunkSizes cpu_chunks = {1u << 8, 1u << 18};
constexpr ChunkSizes cuda_chunks = {1u << 20, 1u << 26};
constexpr double short_chunk = 0.1, long_chunk = 0.5;

class ChunkSize {
public:
    ChunkSize(ChunkSizes sizes, std::uint64_t unit) : sizes_(sizes), unit_(unit), size_(sizes.smallest) {}

    std::uint64_t trajectories() const { return size_ * unit_; }

    void learn(double seconds) {
        if (seconds < short_chunk) size_ = std::min(sizes_.largest, (seconds < short_chunk / 16 ? 16 : 4) * size_);
        if (seconds > long_chunk) size_ = std::max(sizes_.smallest, size_ / 4);
    }

private:
    ChunkSizes sizes_;
    std::uint64_t unit_, size_;
};

std::string processor_name() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);)
        if (line.rfind("model name", 0) == 0 && line.find(':') != std::string::npos)
            return line.substr(line.find(':') + 2);
    return "unknown";
}

OutcomeCounts run_chunk(const TrajectoryTask& task, const Backend& backend) {
    if (!backend.cuda) return run_trajectories_on_cpu(task, {backend.threads, backend.isa.c_str()});
    try {
        return run_trajectories_on_cuda(task, {backend.device_index});
    } catch (const std::runtime_error& error) {
        throw DeviceError(error.what());
    }
}

OutcomeCounts run_chunk(const SgdTask& task, const Backend& backend) {
    if (!backend.cuda) return run_sgd_on_cpu(task, {backend.threads, backend.isa.c_str()});
    try {
        return run_sgd_on_cuda(task, {backend.device_index});
    } catch (const std::runtime_error& error) {
        throw DeviceError(error.what());
    }
}

// Of a run that is given up: chunks are run one after another, so these are the first trajectories.
OutcomeCounts what_is_done(const OutcomeCounts& total, const RunControl& control) {
    if (control.when_given_up == WhenGivenUp::throws || total_of(total) == 0) throw Interrupted{};
    return total;
}

// part(begin, count): the task of those trajectories.
template <class Part>
OutcomeCounts run_in_chunks(std::uint64_t trajectories, ChunkSize chunk, const Part& part, const Backend& backend,
                            const RunControl& control) {
    OutcomeCounts total = {};
    for (std::uint64_t done = 0; done < trajectories;) {
        if (is_due(give_up_request())) return what_is_done(total, control);
        const std::uint64_t count = std::min(chunk.trajectories(), trajectories - done);
        const auto started = std::chrono::steady_clock::now();
        const OutcomeCounts counts = run_chunk(part(done, count), backend);
        if (is_due(give_up_request())) return what_is_done(total, control);  // the chunk may be incomplete
        total += counts;
        chunk.learn(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
        done += count;
        if (control.progress) control.progress(done);
    }
    return total;
}

OutcomeCounts run_trajectories(const TrajectoryTask& task, const Backend& backend, const RunControl& control) {
    const ChunkSize chunk =
        backend.cuda ? ChunkSize(cuda_chunks, 1) : ChunkSize(cpu_chunks, static_cast<std::uint64_t>(backend.threads));
    const auto part = [&task](std::uint64_t begin, std::uint64_t count) { return part_of(task, begin, count); };
    return run_in_chunks(task.count, chunk, part, backend, control);
}

// Trajectories a call: some seconds' worth of normals, in whole registers for every thread.
std::uint64_t sgd_chunk(const MixtureSetup& setup, double dimension, const Backend& backend) {
    const double fitting = (backend.cuda ? 1e12 : 1e9 * backend.threads) / normals_of_a_trajectory(setup, dimension);
    const std::uint64_t unit = backend.cuda ? 4096 : 8 * static_cast<std::uint64_t>(backend.threads);
    return unit * static_cast<std::uint64_t>(std::clamp(fitting / static_cast<double>(unit), 1.0, 65536.0));
}

OutcomeCounts run_sgd(const MixtureSetup& setup, const EnsembleRequest& request, const Backend& backend,
                      const RunControl& control, const EndRecord& record) {
    const SgdPayload problem = setup.sgd_for_dimension(request.dimension);
    const SgdSampler sampler = sampler_of(setup.settings());
    const std::uint64_t most = sgd_chunk(setup, request.dimension, backend);
    const auto threads = static_cast<std::uint64_t>(backend.threads);
    const ChunkSize chunk =
        backend.cuda ? ChunkSize({most, most}, 1) : ChunkSize({8, std::max<std::uint64_t>(8, most / threads)}, threads);
    const SgdTask task{&problem, sampler, request.seed, request.first,    request.trajectories,
                       nullptr,  record,  {},           give_up_request()};
    const auto part = [&](std::uint64_t begin, std::uint64_t count) { return part_of(task, begin, count); };
    return run_in_chunks(request.trajectories, chunk, part, backend, control);
}

// What the CUDA runtime says where no device answers: none there, or a driver that is too old.
std::string why_no_device() {
    try {
        cuda_device(0);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "the count is 0";
}

}  // namespace

Backend choose_backend(const BackendOptions& options) {
    Backend result;
    const int devices = options.backend == BackendChoice::cpu ? 0 : cuda_device_count();
    if (options.backend == BackendChoice::cuda) {
        if (!built_with_cuda())
            throw DeviceError("--backend cuda: built without CUDA (configure with -DMODECOLLAPSE_CUDA=ON)");
        if (devices == 0)
            throw DeviceError("--backend cuda: no CUDA device answers on this machine (" + why_no_device() + ")");
    }
    if (devices > 0 && (options.device < 0 || options.device >= devices))
        throw DeviceError("--device " + std::to_string(options.device) + " (allowed: 0 to " +
                          std::to_string(devices - 1) + ")");
    const CudaDevice device = devices > 0 ? cuda_device(options.device) : CudaDevice{};
    const std::string architecture = std::to_string(10 * device.major + device.minor);
    const bool usable = devices > 0 && cuda_has_code_for(options.device);
    if (options.backend == BackendChoice::cuda && !usable)
        throw DeviceError("--backend cuda: the program has no code for " + std::string(device.name) +
                          " (configure with -DCMAKE_CUDA_ARCHITECTURES=" + architecture + ")");
    if (usable) {
        result.cuda = true;
        result.name = "cuda";
        result.isa = "sm_" + architecture;
        result.device = device.name;
        result.device_index = options.device;
        return result;
    }
    result.name = "cpu";
    result.isa = options.isa.empty() ? best_cpu_isa() : options.isa;
    if (!cpu_supports(result.isa.c_str()))
        throw DeviceError("this processor does not support the instruction set " + result.isa);
    result.device = processor_name();
    result.threads = options.threads > 0 ? options.threads : default_threads();
    return result;
}

std::int64_t total_of(const OutcomeCounts& counts) {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts.count) sum += count;
    return sum;
}

std::int64_t collapsed_of(const OutcomeCounts& counts) {
    std::int64_t sum = 0;
    for (int i = 0; i < outcome_count; ++i)
        if (is_collapse(static_cast<Outcome>(i))) sum += counts.count[i];
    return sum;
}

TrialCounts trials_of(const OutcomeCounts& counts) {
    return {collapsed_of(counts), counts.count[static_cast<int>(Outcome::failed)], total_of(counts)};
}

OutcomeCounts run_ensemble(const MixtureSetup& setup, const EnsembleRequest& request, const Backend& backend,
                           const RunControl& control, const EndRecord& record) {
    if (setup.is_sgd()) return run_sgd(setup, request, backend, control, record);
    const GradientFlowPayload problem = setup.for_dimension(request.dimension);
    const TrajectoryTask task = {&problem,         setup.precision(),    request.seed, request.dimension,
                                 request.first,    request.trajectories, nullptr,      record,
                                 give_up_request()};
    return run_trajectories(task, backend, control);
}

SgdSeries run_sgd_series(const MixtureSetup& setup, double dimension, std::uint64_t seed, std::uint64_t id,
                         const OrderParameters<double>* start, const std::vector<std::uint64_t>& steps,
                         const Backend& backend) {
    SgdPayload problem = setup.sgd_for_dimension(dimension);
    std::uint8_t outcome = 0;
    SgdTask task{&problem, sampler_of(setup.settings()), seed, id, 1, start, {}, {}, give_up_request()};
    task.record.outcome = &outcome;
    const std::size_t n = steps.size();
    std::vector<double> m1(n), m2(n), u(n), weight(n);
    const SgdPath path = {steps.data(), n, m1.data(), m2.data(), u.data(), weight.data()};
    const bool within = n == 0 || steps.back() <= problem.steps;
    if (within) task.path = path;
    run_chunk(task, backend);
    SgdSeries series{static_cast<Outcome>(outcome), {}};
    if (!within) {  // once more, as far as the output times go
        problem.steps = steps.back();
        task.record.outcome = nullptr;
        task.path = path;
        run_chunk(task, backend);
    }
    throw_if_given_up();
    for (std::size_t k = 0; k < n; ++k) series.states.push_back({m1[k], m2[k], u[k], weight[k]});
    return series;
}

OutcomeCounts run_from_starts(const MixtureSetup& setup, double dimension, const OrderParameters<double>* starts,
                              std::uint64_t count, const EndRecord& record, const Backend& backend,
                              const RunControl& control) {
    const GradientFlowPayload problem = setup.for_dimension(dimension);
    return run_trajectories({&problem, setup.precision(), 0, dimension, 0, count, starts, record, give_up_request()},
                            backend, control);
}

}  // namespace modecollapse
