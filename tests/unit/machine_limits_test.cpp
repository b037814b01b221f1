// Proves: the number of threads taken by default, and the memory counted on, follow what a batch system or a container allows. The limits
// come from made-up trees of /proc and /sys.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host/run/default_threads.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

class MachineLimits : public testing::Test {
protected:
    MachineLimits() : root_(testing::TempDir() + "/machine-" + std::to_string(getpid())) {
        unsetenv("SLURM_CPUS_PER_TASK");
    }
    ~MachineLimits() override {
        std::filesystem::remove_all(root_);
        unsetenv("SLURM_CPUS_PER_TASK");
    }
    void put(const std::string& path, const std::string& text) const {
        std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
        std::ofstream(root_ + path) << text;
    }
    const std::string root_;
};

TEST_F(MachineLimits, WithoutAnyTheMaskDecides) {
    EXPECT_EQ(default_threads({}, root_), processors_of_mask());
    EXPECT_TRUE(std::isinf(processors_of_quota(root_)));
}

TEST_F(MachineLimits, TheQuotaOfVersion2HoldsFromAnyGroupAbove) {
    put("/proc/self/cgroup", "0::/job/step\n");
    put("/sys/fs/cgroup/job/step/cpu.max", "max 100000\n");
    EXPECT_TRUE(std::isinf(processors_of_quota(root_)));
    put("/sys/fs/cgroup/job/cpu.max", "250000 100000\n");
    EXPECT_DOUBLE_EQ(processors_of_quota(root_), 2.5);
    put("/sys/fs/cgroup/job/step/cpu.max", "50000 100000\n");
    EXPECT_DOUBLE_EQ(processors_of_quota(root_), 0.5);
    EXPECT_EQ(default_threads({}, root_), 1);
}

TEST_F(MachineLimits, TheQuotaOfVersion1) {
    put("/proc/self/cgroup", "9:memory:/x\n2:cpu,cpuacct:/docker/abc\n");
    put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");  // a container sees its own group at the root
    put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    EXPECT_TRUE(std::isinf(processors_of_quota(root_)));
    put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000\n");
    EXPECT_DOUBLE_EQ(processors_of_quota(root_), 1.5);
}

TEST_F(MachineLimits, SlurmsNumberIsEachTasksOwn) {
    setenv("SLURM_CPUS_PER_TASK", "1", 1);
    EXPECT_EQ(default_threads({}, root_), 1);
    for (const char* none : {"100000", "0", "abc", ""}) {
        setenv("SLURM_CPUS_PER_TASK", none, 1);
        EXPECT_EQ(default_threads({}, root_), processors_of_mask()) << none;
    }
}

TEST_F(MachineLimits, CompanionsShareWhatIsOneForAll) {
    EXPECT_EQ(default_threads({1000, 1}, root_), processors_of_mask());  // each has processors of its own
    EXPECT_EQ(default_threads({1000, 100000}, root_), 1);
    put("/proc/self/cgroup", "0::/\n");
    put("/sys/fs/cgroup/cpu.max", "100000 100000\n");
    EXPECT_EQ(default_threads({2, 1}, root_), 1);
}

TEST_F(MachineLimits, MemoryIsTheLeastOfMachineAndGroups) {
    put("/proc/meminfo", "MemTotal: 9000 kB\nMemAvailable:    5000 kB\n");
    EXPECT_DOUBLE_EQ(available_memory(root_), 5000 * 1024.0);
    put("/proc/self/cgroup", "0::/job\n");
    put("/sys/fs/cgroup/job/memory.max", "2000000\n");
    put("/sys/fs/cgroup/job/memory.current", "1500000\n");
    put("/sys/fs/cgroup/job/memory.stat", "anon 900000\nactive_file 100000\ninactive_file 200000\n");
    EXPECT_DOUBLE_EQ(available_memory(root_), 800000.0);
}

TEST_F(MachineLimits, ARequestThatDoesNotFitIsNamed) {
    require_memory("a small one", 1e3);
    try {
        require_memory("basin with grid = 10001", 1e18);
        FAIL() << "an exabyte fits";
    } catch (const TooLarge& error) {
        EXPECT_EQ(std::string(error.what()).find("basin with grid = 10001 needs about 1e+09 GB"), 0u) << error.what();
    }
}

}  // namespace
}  // namespace modecollapse
