#include "host/starts/sobol_ensemble.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "host/run/default_threads.hpp"
#include "host/run/watch.hpp"
#include "host/starts/start_map.hpp"
#include "kernels/run/parallel.hpp"

namespace modecollapse {
namespace {

// Starts made and run at a time: 32 bytes each.
constexpr std::uint64_t cpu_chunk = 1u << 18;
constexpr std::uint64_t cuda_chunk = 1u << 22;

void fill_part(const StartMap& map, const SobolRequest& request, std::uint64_t first, std::uint64_t count,
               OrderParameters<double>* starts) {
    for (std::uint64_t done = 0; done < count;) {
        const std::uint64_t replicate = (first + done) / request.starts, index = (first + done) % request.starts;
        const std::uint64_t here = std::min(count - done, request.starts - index);
        const SobolSequence sequence(request.seed, replicate);
        for (std::uint64_t i = 0; i < here; ++i) starts[done + i] = map.from_cube(sequence(index + i));
        done += here;
    }
}

ReplicateMean mean_of_shares(const std::vector<double>& shares) {
    ReplicateMean mean = replicate_mean(shares);
    mean.interval = {std::max(0.0, mean.interval.low), std::min(1.0, mean.interval.high)};
    return mean;
}

}  // namespace

void fill_sobol_starts(const StartMap& map, const SobolRequest& request, std::uint64_t first, std::uint64_t count,
                       int threads, OrderParameters<double>* starts) {
    parallel_ranges(count, threads, [&](std::uint64_t begin, std::uint64_t end) {
        fill_part(map, request, first + begin, end - begin, starts + begin);
    });
}

SobolResult run_sobol_ensemble(const MixtureSetup& setup, const SobolRequest& request, const Backend& backend,
                               const RunControl& control) {
    if (request.replicates < smallest_replicates || request.replicates > largest_replicates)
        throw std::domain_error("replicates = " + std::to_string(request.replicates) + " (allowed: 2 to 1024)");
    if (request.starts < 1) throw std::domain_error("a replicate needs at least one start");
    const std::uint64_t total = request.replicates * request.starts;
    const std::uint64_t wanted = request.chunk != 0 ? request.chunk : backend.cuda ? cuda_chunk : cpu_chunk;
    // whole replicates, or a part of one: after a stop, those that are complete are an answer
    const std::uint64_t chunk =
        wanted < request.starts ? wanted : std::min(wanted / request.starts * request.starts, total);
    const int threads = backend.cuda ? default_threads() : backend.threads;
    const StartMap map(request.dimension, setup.base().start_weight);

    SobolResult result = {};
    result.collapsed.resize(request.replicates);
    result.failed.resize(request.replicates);
    std::vector<OrderParameters<double>> starts(chunk);
    std::vector<std::uint8_t> outcomes(chunk);
    EndRecord record = {};
    record.outcome = outcomes.data();
    OutcomeCounts whole = {};
    for (std::uint64_t done = 0; done < total;) {
        if (done % request.starts == 0) whole = result.counts;
        const std::uint64_t count =
            std::min(chunk, chunk < request.starts ? request.starts - done % request.starts : total - done);
        fill_sobol_starts(map, request, done, count, threads, starts.data());
        try {
            result.counts += run_from_starts(setup, request.dimension, starts.data(), count, record, backend);
        } catch (const Interrupted&) {
            const std::uint64_t complete = done / request.starts;
            if (control.when_given_up == WhenGivenUp::throws || complete < smallest_replicates) throw;
            result.counts = whole;
            result.collapsed.resize(complete);
            result.failed.resize(complete);
            break;
        }
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto outcome = static_cast<Outcome>(outcomes[i]);
            if (is_collapse(outcome)) ++result.collapsed[(done + i) / request.starts];
            if (outcome == Outcome::failed) ++result.failed[(done + i) / request.starts];
        }
        done += count;
        if (control.progress) control.progress(done);
    }
    std::vector<double> collapsed, possible;
    for (std::size_t r = 0; r < result.collapsed.size(); ++r) {
        const auto starts_of_one = static_cast<double>(request.starts);
        collapsed.push_back(static_cast<double>(result.collapsed[r]) / starts_of_one);
        possible.push_back(static_cast<double>(result.collapsed[r] + result.failed[r]) / starts_of_one);
    }
    result.collapsed_share = mean_of_shares(collapsed);
    result.possible_share = mean_of_shares(possible);
    return result;
}

}  // namespace modecollapse
