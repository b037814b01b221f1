// CPU backend of the ensemble of linear VAEs: blocks of members over threads, one a SIMD lane inside a block (lanes.cpp);
// and what has become of members, from their final states.
#include "kernels/linear_vae/ensemble.hpp"

#include <algorithm>

#include "kernels/linear_vae/lanes.hpp"
#include "kernels/run/member_blocks.hpp"
#include "modecollapse/linear_vae/full_sampler.hpp"

namespace modecollapse::linear_vae {
namespace {

// What a register of the full sampler keeps in R^N.
AlignedDoubles lanes_memory(const Payload& problem) {
    if (problem.dynamics != Dynamics::sgd_full) return nullptr;
    const std::size_t size =
        full_vectors(problem) * static_cast<std::size_t>(problem.dimension) * most_linear_vae_lanes;
    return aligned_doubles(size);
}

AnyState state_at(const Payload& problem, const double* value) {
    AnyState y;
    set_sizes(y, problem.latent, problem.signal);
    for (int i = 0; i < y.size(); ++i) y.at(i) = value[i];
    return y;
}

void add(Tally& tally, const Ending& end, const Quantities& quantities) {
    ++tally.outcome[static_cast<int>(end.outcome)];
    if (end.outcome == Outcome::failed) return;
    ++tally.active[end.active];
    ++tally.captured[end.captured];
    const double value[quantity_count] = {
        quantities.kl,           quantities.explained_share,  quantities.share_of_ceiling,
        quantities.posterior_kl, quantities.posterior_fisher, quantities.signal_error};
    for (int i = 0; i < quantity_count; ++i) {
        tally.sum[i] += value[i];
        tally.squares[i] += value[i] * value[i];
    }
}

void add(Tally& total, const Tally& part) {
    for (int i = 0; i < outcome_count; ++i) total.outcome[i] += part.outcome[i];
    for (int i = 0; i <= most_directions; ++i) {
        total.active[i] += part.active[i];
        total.captured[i] += part.captured[i];
    }
    total.attempts += part.attempts;
    for (int i = 0; i < quantity_count; ++i) {
        total.sum[i] += part.sum[i];
        total.squares[i] += part.squares[i];
    }
}

Tally tally_of_block(const Task& task, const Ends& ends, const Records& records, std::uint64_t begin,
                     std::uint64_t end) {
    const Payload& problem = *task.problem;
    const auto size = static_cast<std::uint64_t>(size_of_state(problem));
    const double beta = problem.kl_weight.at(problem.horizon);
    Tally tally;
    for (std::uint64_t i = begin; i < end; ++i) {
        if (ends.status[i] == Status::given_up) continue;
        tally.attempts += ends.attempts[i];
        const AnyState y = state_at(problem, ends.state + i * size);
        Ending ending = ending_of(problem, y);
        if (ends.status[i] == Status::out_of_steps) ending = {Outcome::failed, 0, 0, 0.0};
        const Quantities quantities =
            ending.outcome == Outcome::failed ? Quantities{} : quantities_of(problem, y, beta, ending.explained_share);
        add(tally, ending, quantities);
        if (records.state) std::copy_n(y.value, size, records.state + i * size);
        if (records.ending) records.ending[i] = ending;
        if (records.quantities) records.quantities[i] = quantities;
        if (records.attempts) records.attempts[i] = ends.attempts[i];
    }
    return tally;
}

Records from(const Records& records, const Payload& problem, std::uint64_t begin) {
    return {from_index(records.state, begin * static_cast<std::uint64_t>(size_of_state(problem))),
            from_index(records.ending, begin), from_index(records.quantities, begin),
            from_index(records.attempts, begin)};
}

// Part by part, each of whole blocks of sums and with final states that fit into some 64 MiB.
template <class ToEnds>
Tally run_in_parts(const Task& task, const Records& records, int threads, const ToEnds& to_ends) {
    const auto size = static_cast<std::uint64_t>(size_of_state(*task.problem));
    const std::uint64_t most = std::max<std::uint64_t>((8u << 20) / size / block_of_sums, 1) * block_of_sums;
    const std::uint64_t largest = std::min(task.count, most);
    std::vector<double> states(largest * size);
    std::vector<Status> status(largest);
    std::vector<std::uint32_t> attempts(largest);
    const Ends ends = {states.data(), status.data(), attempts.data()};
    Tally total;
    for (std::uint64_t begin = 0, count; begin < task.count; begin += count) {
        const std::uint64_t to_edge = most - (task.first + begin) % block_of_sums;
        count = std::min({task.count - begin, to_edge, largest});
        const Task part = part_of(task, size, begin, count);
        to_ends(part, ends);
        add(total, tally_of(part, ends, from(records, *task.problem, begin), threads));
    }
    return total;
}

}  // namespace

void run_to_ends_on_cpu(const Task& task, const Ends& ends, const CpuOptions& options) {
    const LinearVaeLanes lanes = MC_FUNCTION_FOR(options.isa, linear_vae_lanes);
    run_member_blocks(
        task, ends, static_cast<std::uint64_t>(size_of_state(*task.problem)), most_linear_vae_lanes, options.threads,
        [&] { return lanes_memory(*task.problem); }, lanes);
}

Tally tally_of(const Task& task, const Ends& ends, const Records& records, int threads) {
    const std::uint64_t first_block = task.first / block_of_sums, last = task.first + task.count;
    const std::uint64_t blocks = task.count == 0 ? 0 : (last - 1) / block_of_sums - first_block + 1;
    std::vector<Tally> parts(blocks);
    parallel_for(blocks, threads, [&](std::uint64_t i) {
        const std::uint64_t begin = std::max((first_block + i) * block_of_sums, task.first);
        const std::uint64_t end = std::min((first_block + i + 1) * block_of_sums, last);
        parts[i] = tally_of_block(task, ends, records, begin - task.first, end - task.first);
    });
    Tally total;
    for (const Tally& part : parts) add(total, part);
    return total;
}

Tally run_on_cpu(const Task& task, const Records& records, const CpuOptions& options) {
    return run_in_parts(task, records, options.threads,
                        [&](const Task& part, const Ends& ends) { run_to_ends_on_cpu(part, ends, options); });
}

Tally run_on_cuda(const Task& task, const Records& records, const CudaOptions& options, int threads) {
    return run_in_parts(task, records, threads,
                        [&](const Task& part, const Ends& ends) { run_to_ends_on_cuda(part, ends, options); });
}

}  // namespace modecollapse::linear_vae
