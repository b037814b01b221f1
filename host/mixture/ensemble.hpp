// One ensemble: a problem, a dimension, a seed and a number of trajectories in; outcome counts out. The backend is
// chosen at run time.
#pragma once

#include <functional>
#include <string>

#include "host/mixture/setup.hpp"
#include "host/statistics/trial_counts.hpp"

namespace modecollapse {

enum class BackendChoice { automatic, cpu, cuda };

struct BackendOptions {
    BackendChoice backend = BackendChoice::automatic;
    int threads = 0;  // CPU; 0: all that this process may use
    int device = 0;   // CUDA
    std::string isa;  // CPU; empty: the widest this machine has
};

// What was chosen, for the record.
struct Backend {
    bool cuda = false;
    std::string name;    // "cpu" or "cuda"
    std::string isa;     // "avx512", "avx2", "baseline"; "sm_90" and the like on a GPU
    std::string device;  // processor or GPU name
    int threads = 1;
    int device_index = 0;
};

// Raised for everything that is the machine's fault: no device, no driver, out of device memory (exit code 3).
struct DeviceError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// automatic: CUDA if the program has it and a device answers, else the CPU. Throws DeviceError.
Backend choose_backend(const BackendOptions& options);

struct EnsembleRequest {
    double dimension = 10.0;
    std::uint64_t seed = 0;
    std::uint64_t first = 0;  // id of the first trajectory
    std::uint64_t trajectories = 0;
};

// What a run hands back that its thread's watch has given up: nothing (Interrupted is thrown), or the counts of the
// first so many trajectories, if there are any.
enum class WhenGivenUp { throws, keeps_the_first };

struct RunControl {
    std::function<void(std::uint64_t done)> progress;  // called between chunks, from the calling thread; may be empty
    WhenGivenUp when_given_up = WhenGivenUp::throws;
};

// Runs trajectories first .. first + trajectories - 1, and records their ends where `record` points. Memory does not grow with their number. Throws DeviceError;
// Interrupted if the thread's watch (host/run/watch.hpp) gives the run up; but see RunControl.
OutcomeCounts run_ensemble(const MixtureSetup& setup, const EnsembleRequest& request, const Backend& backend,
                           const RunControl& control = {}, const EndRecord& record = {});

// The same from given starts, recording outcomes and final states where `record` points. starts: (count).
OutcomeCounts run_from_starts(const MixtureSetup& setup, double dimension, const OrderParameters<double>* starts,
                              std::uint64_t count, const EndRecord& record, const Backend& backend,
                              const RunControl& control = {});

// Sampled dynamics: one trajectory by its id, from `start` or, if null, from the initial law; its states after each of
// `steps` (ascending).
struct SgdSeries {
    Outcome outcome;                              // at the horizon
    std::vector<OrderParameters<double>> states;  // (steps); `weight` is w1
};
SgdSeries run_sgd_series(const MixtureSetup& setup, double dimension, std::uint64_t seed, std::uint64_t id,
                         const OrderParameters<double>* start, const std::vector<std::uint64_t>& steps,
                         const Backend& backend);

std::int64_t total_of(const OutcomeCounts& counts);
std::int64_t collapsed_of(const OutcomeCounts& counts);
TrialCounts trials_of(const OutcomeCounts& counts);  // collapsed, failed, total

}  // namespace modecollapse
