// How busy the lanes of a GPU's warps are in the flow's kernel (kernels/gradient_flow/ensemble.cu), by its schedule replayed with
// the attempts that real trajectories make: R = 1.5, w = w* = 2/3, until trapped. No GPU is needed.
//
// A block of four warps takes a share of the ensemble. A turn of a warp costs one unit for an attempt, and one for a draw of
// starts, which it makes once 20 of its lanes lack a reserve. The efficiency is attempts made over lanes times units.
//
//   lane_efficiency [TRAJECTORIES]      a table in Markdown: a row a share, a column a dimension
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "host/mixture/setup.hpp"
#include "kernels/gradient_flow/share.hpp"
#include "modecollapse/gradient_flow/trajectory.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::bench {
namespace {

constexpr int lanes = 32, warps = 4, draw_together = 20;
constexpr double dimensions[] = {10.0, 100.0, 1000.0};

std::vector<int> attempts_of(double dimension, std::uint64_t trajectories) {
    Problem problem;
    problem.radius = 1.5;
    problem.target_weight = problem.weight = 2.0 / 3.0;
    const GradientFlowPayload payload = MixtureSetup(problem, MixtureSettings{}).for_dimension(dimension);
    const TrajectoryStepper<double> stepper(payload);
    const InitialLaw<double, Random123Words> law(Random123Words{}, 7, dimension);
    std::vector<int> attempts;
    for (std::uint64_t id = 0; id < trajectories; ++id) {
        const OrderParameters<double> start = law(&id);
        if (stepper.held(start) >= 0.0) continue;  // decided by its start: costs no attempt
        Trajectory<double> trajectory = stepper.start(start);
        while (stepper.advance(trajectory).end < 0.0) {
        }
        attempts.push_back(static_cast<int>(trajectory.attempts));
    }
    return attempts;
}

struct Warp {
    int left[lanes] = {};     // attempts that the running trajectory still makes
    int reserve[lanes] = {};  // those of the next one
    double clock = 0.0;
    bool done = false;
};

// A turn; `next` .. `end`: trajectories that no lane has yet. Adds the attempts made.
void turn(Warp& warp, const int*& next, const int* end, double& made) {
    if (std::count(warp.reserve, warp.reserve + lanes, 0) >= draw_together && next != end) {
        for (int& reserve : warp.reserve)
            if (reserve == 0 && next != end) reserve = *next++;
        warp.clock += 1.0;
    }
    int busy = 0;
    for (int lane = 0; lane < lanes; ++lane) {
        if (warp.left[lane] == 0) std::swap(warp.left[lane], warp.reserve[lane]);
        if (warp.left[lane] == 0) continue;
        --warp.left[lane];
        ++busy;
    }
    warp.done = busy == 0;
    if (busy > 0) warp.clock += 1.0;
    made += busy;
}

double efficiency(const std::vector<int>& attempts, std::size_t share) {
    double made = 0.0, spent = 0.0;
    for (std::size_t begin = 0; begin < attempts.size(); begin += share) {
        const int* next = attempts.data() + begin;
        const int* const end = attempts.data() + std::min(begin + share, attempts.size());
        Warp block[warps];
        for (;;) {
            Warp* first = nullptr;  // the warp whose turn it is
            for (Warp& warp : block)
                if (!warp.done && (!first || warp.clock < first->clock)) first = &warp;
            if (!first) break;
            turn(*first, next, end, made);
        }
        for (const Warp& warp : block) spent += warp.clock;
    }
    return made / (lanes * spent);
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    using namespace modecollapse::bench;
    const std::uint64_t trajectories = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100000;
    std::vector<std::vector<int>> attempts;
    std::printf("| trajectories a block |");
    for (const double dimension : dimensions) {
        attempts.push_back(attempts_of(dimension, trajectories));
        std::printf(" d = %g |", dimension);
    }
    std::printf("\n| ---: | ---: | ---: | ---: |\n");
    // the last: what a phase diagram of 10^5 trajectories a cell takes on 132 multiprocessors
    const std::size_t of_sweep = modecollapse::trajectories_a_block(100000, modecollapse::ensembles_of_a_gpu, 132);
    for (const std::size_t share :
         {std::size_t{128}, std::size_t{512}, std::size_t{1024}, std::size_t{2048}, of_sweep}) {
        std::printf("| %zu |", share);
        for (const std::vector<int>& some : attempts) std::printf(" %.2f |", efficiency(some, share));
        std::printf("\n");
    }
}
