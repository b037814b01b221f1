// CPU backend of the ensemble of K components: blocks of members over threads, one a SIMD lane inside a block (lanes.cpp);
// and what has become of members, from their final states.
#include "kernels/components/ensemble.hpp"

#include <algorithm>

#include "kernels/components/lanes.hpp"
#include "kernels/run/member_blocks.hpp"
#include "modecollapse/components/initial_law.hpp"
#include "modecollapse/components/sampler.hpp"
#include "modecollapse/components/trajectory.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::components {
std::uint64_t words_of_a_lane(const Payload& problem) {
    const auto size = static_cast<std::uint64_t>(size_of_state(problem));
    const std::uint64_t law = InitialLaw<double, Random123Words>::words(problem);
    return problem.dynamics == Dynamics::flow ? law + 4 * size + TrajectoryStepper<double>::words(problem)
                                              : law + size + SamplerMemory<double>::words(problem);
}

void run_to_ends_on_cpu(const Task& task, const Ends& ends, const CpuOptions& options) {
    const ComponentsLanes lanes = MC_FUNCTION_FOR(options.isa, components_lanes);
    const std::size_t numbers = words_of_a_lane(*task.problem) * most_components_lanes;
    const auto memory = [&] {
        AlignedDoubles numbers_of_a_thread = aligned_doubles(numbers);
        std::fill_n(numbers_of_a_thread.get(), numbers, 0.0);
        return numbers_of_a_thread;
    };
    run_member_blocks(task, ends, static_cast<std::uint64_t>(size_of_state(*task.problem)), most_components_lanes,
                      options.threads, memory, lanes);
}

void read_ends(const Task& task, const Ends& ends, Ending* endings, Quantities* quantities, int threads) {
    const Payload& problem = *task.problem;
    const auto size = static_cast<std::uint64_t>(size_of_state(problem));
    parallel_ranges(task.count, threads, [&](std::uint64_t begin, std::uint64_t end) {
        std::vector<double> memory(Expectations<double>::words(problem));
        Expectations<double> expectations(problem, memory.data());
        StopCheck given_up(task.stop);
        for (std::uint64_t i = begin; i < end; ++i) {
            const State<double> y = state_in(problem, ends.state + i * size);
            quantities[i] = {};
            if (ends.status[i] == Status::given_up)
                endings[i] = {Outcome::failed, -1, 0};
            else if (ends.status[i] == Status::out_of_steps)
                endings[i] = {Outcome::failed, 0, 0};
            else
                endings[i] = ending_of(problem, y, expectations.weight);
            if (endings[i].outcome == Outcome::failed) continue;
            quantities[i] = quantities_of(problem, y, expectations, given_up);
            if (given_up.given_up()) endings[i].covered = -1;
        }
    });
}

}  // namespace modecollapse::components
