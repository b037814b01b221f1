// Trainings in slices: however many short ones a thread makes, every one comes to its end.
#include "kernels/training/slices.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace modecollapse {
namespace {

struct Answer {
    std::uint64_t steps;
    bool finite = true, given_up = false;
};

TEST(TrainingSlices, ShortTrainingsComeToTheirEnds) {
    TrainingCrew crew;
    TrainingSlices slices(crew, nullptr, {});
    std::uint64_t largest = 0;
    for (int member = 0; member < 1000; ++member) {  // 64 doublings without a bound are 0 steps, for ever
        std::uint64_t step = 0;
        bool finite = true;
        for (int call = 0; step < 100 && call < 100; ++call)
            ASSERT_TRUE(slices.advance(step, std::min<std::uint64_t>(step + 100, 100), finite,
                                       [&](std::uint64_t, std::uint64_t count) {
                                           EXPECT_GT(count, 0u);
                                           largest = std::max(largest, count);
                                           return Answer{std::max<std::uint64_t>(count, 1)};
                                       }));
        ASSERT_EQ(step, 100u);
    }
    EXPECT_EQ(crew.steps, 100000u);
    EXPECT_GT(largest, 16u);  // twin: they do grow
}

TEST(TrainingSlices, LongStepsAreLookedAtOneByOne) {
    TrainingCrew crew;
    TrainingSlices slices(crew, nullptr, {});
    std::uint64_t step = 0, last = 0;
    bool finite = true;
    const auto slow = [&](std::uint64_t, std::uint64_t count) {
        std::this_thread::sleep_for(std::chrono::milliseconds(30) * static_cast<int>(count));
        last = count;
        return Answer{count};
    };
    slices.advance(step, 12, finite, slow);
    EXPECT_EQ(step, 12u);
    EXPECT_LE(last, 4u);
}

}  // namespace
}  // namespace modecollapse
