// A stop is heard while the memory of a wide network is set up (kernels/run/clear_memory.hpp).
#include "kernels/run/clear_memory.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace modecollapse;

std::vector<std::byte> of_ones() { return std::vector<std::byte>((std::size_t{3} << 24) + 7, std::byte{1}); }

std::size_t zeros(const std::vector<std::byte>& memory) {
    return static_cast<std::size_t>(std::count(memory.begin(), memory.end(), std::byte{0}));
}

TEST(ClearMemory, ClearsAllUnlessStopped) {
    StopRequest stop;
    for (const StopRequest* request :
         {static_cast<const StopRequest*>(nullptr), static_cast<const StopRequest*>(&stop)}) {
        std::vector<std::byte> memory = of_ones();
        EXPECT_TRUE(clear_memory(memory.data(), memory.size(), request));
        EXPECT_EQ(zeros(memory), memory.size());
    }
}

TEST(ClearMemory, HearsAStopBeforeItHasClearedAll) {
    StopRequest stop;
    stop.ask();
    std::vector<std::byte> memory = of_ones();
    EXPECT_FALSE(clear_memory(memory.data(), memory.size(), &stop));
    EXPECT_LE(zeros(memory), memory.size() / 2);
    EXPECT_TRUE(clear_memory(memory.data(), 1000, &stop));  // little is done at once
}

}  // namespace
