// Proves: work shared out to threads is done once, whatever number of threads there are; what a thread throws arrives as itself, after all
// have ended; a request to stop comes true when it should.
#include "kernels/run/parallel.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "kernels/run/stop_request.hpp"

namespace modecollapse {
namespace {

TEST(Parallel, EveryIndexOnce) {
    for (const int threads : {-1, 0, 1, 2, 3, 16})
        for (const std::uint64_t count : {0, 1, 2, 5, 1000}) {
            std::vector<std::atomic<int>> by_index(count), by_range(count);
            parallel_for(count, threads, [&](std::uint64_t i) { ++by_index[i]; });
            parallel_ranges(count, threads, [&](std::uint64_t begin, std::uint64_t end) {
                EXPECT_LT(begin, end);
                for (std::uint64_t i = begin; i < end; ++i) ++by_range[i];
            });
            for (std::uint64_t i = 0; i < count; ++i) {
                EXPECT_EQ(by_index[i], 1) << i << " of " << count << ", " << threads << " threads";
                EXPECT_EQ(by_range[i], 1) << i << " of " << count << ", " << threads << " threads";
            }
        }
}

// No std::exception, as what ends a run on request (host/run/watch.hpp).
struct Request {
    int thrown_at;
};

TEST(Parallel, TheFirstThrowArrivesAsItselfAndEndsTheRest) {
    for (const int threads : {1, 4}) {
        std::atomic<int> done{0};
        try {
            parallel_for(1'000'000, threads, [&](std::uint64_t i) {
                if (i == 100) throw Request{100};
                ++done;
            });
            FAIL() << "nothing was thrown";
        } catch (const Request& request) {
            EXPECT_EQ(request.thrown_at, 100);
        }
        EXPECT_GE(done, 100 - threads);
        EXPECT_LT(done, 1'000'000);
    }
}

TEST(Parallel, ACrewIsJoinedWhenItsOwnerThrows) {
    std::atomic<int> ended{0};
    try {
        const Crew crew(3, [&](const Crew&) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            ++ended;
        });
        throw std::string("elsewhere");
    } catch (const std::string&) {
        EXPECT_EQ(ended, 3);
    }
}

TEST(StopRequest, TheEarlierRequestStands) {
    StopRequest request;
    EXPECT_FALSE(request.is_due());
    EXPECT_FALSE(is_due(nullptr));
    request.ask(3600.0);
    EXPECT_FALSE(request.is_due());
    request.ask(1e300);
    EXPECT_FALSE(request.is_due());
    request.ask();
    EXPECT_TRUE(request.is_due());
    request.ask(3600.0);
    EXPECT_TRUE(is_due(&request));
}

TEST(StopRequest, IsLookedAtOnceInAWhile) {
    StopRequest request;
    StopCheck check(&request, 100);
    request.ask();
    EXPECT_FALSE(check(60));
    EXPECT_TRUE(check(60));
    EXPECT_TRUE(check(0));  // for good
}

}  // namespace
}  // namespace modecollapse
