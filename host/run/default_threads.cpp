#include "host/run/default_threads.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <sstream>
#include <thread>

#include "host/run/cgroup.hpp"

namespace modecollapse {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

// Version 2, "cpu.max": quota (or "max") and period in microseconds; version 1: a file each, quota -1 for none.
double quota_of(const std::string& folder) {
    double quota = 0.0, period = 0.0;
    if (std::istringstream both(first_line_of(folder + "/cpu.max")); both >> quota >> period)
        return period > 0.0 ? quota / period : unlimited;
    std::istringstream one(first_line_of(folder + "/cpu.cfs_quota_us")),
        other(first_line_of(folder + "/cpu.cfs_period_us"));
    return one >> quota && other >> period && quota > 0.0 && period > 0.0 ? quota / period : unlimited;
}

double processors_of_slurm() {
    const char* text = std::getenv("SLURM_CPUS_PER_TASK");
    const long number = text ? std::strtol(text, nullptr, 10) : 0;
    return number > 0 ? static_cast<double>(number) : unlimited;
}

}  // namespace

int processors_of_mask() {
    struct Free {
        void operator()(cpu_set_t* set) const { CPU_FREE(set); }
    };
    for (int most = 1024; most <= 1 << 18; most *= 4) {  // the kernel refuses a set smaller than its own
        const std::unique_ptr<cpu_set_t, Free> set(CPU_ALLOC(static_cast<std::size_t>(most)));
        const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(most));
        if (set && sched_getaffinity(0, bytes, set.get()) == 0) return std::max(1, CPU_COUNT_S(bytes, set.get()));
    }
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

double processors_of_quota(const std::string& root) {
    double least = unlimited;
    for (const std::string& folder : cgroup_folders("cpu", root)) least = std::min(least, quota_of(folder));
    return least;
}

int default_threads(const Companions& companions, const std::string& root) {
    const int of_mask = processors_of_mask() / std::max(1, companions.on_same_processors);  // whole ones
    const double mask = of_mask;
    const double quota = std::ceil(processors_of_quota(root) / std::max(1, companions.on_machine));
    return static_cast<int>(std::max(1.0, std::min({mask, quota, processors_of_slurm()})));
}

}  // namespace modecollapse
