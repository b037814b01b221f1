#include "kernels/sequence/synthetic_posterior.hpp"

#include <algorithm>
#include <atomic>
#include <string>

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/run/parallel.hpp"
#include "kernels/sequence/synthetic_lanes.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse::sequence {
namespace {

struct Grid {
    std::vector<double> z0, z1, log_prior;  // nodes, filled up to whole packs by the last one
    std::size_t nodes;
};

Grid grid_of(const SyntheticLaw& law, std::uint32_t side) {
    const double reach = law.radius + 6.0 * law.spread, step = 2.0 * reach / side;
    Grid grid = {{}, {}, {}, std::size_t{side} * side};
    for (std::uint32_t i = 0; i < side; ++i)
        for (std::uint32_t j = 0; j < side; ++j) {
            const double z[] = {fma(step, i + 0.5, -reach), fma(step, j + 0.5, -reach)};
            grid.z0.push_back(z[0]);
            grid.z1.push_back(z[1]);
            grid.log_prior.push_back(log_source_prior(law, z));
        }
    while (grid.z0.size() % most_source_lanes != 0) {
        grid.z0.push_back(grid.z0.back());
        grid.z1.push_back(grid.z1.back());
    }
    return grid;
}

void require_drawn(const SyntheticLaw& law, const TokenTable& table, std::uint64_t sentence) {
    const std::int32_t* x = table.sentence(sentence);
    const std::uint32_t length = table.length(sentence);
    bool drawn = length >= 1 && length <= law.most_tokens;
    for (std::uint32_t t = 0; drawn && t < length; ++t)
        drawn = x[t] == end_mark ? t > 0 && t + 1 == length
                                 : x[t] >= first_word && x[t] < static_cast<std::int32_t>(law.words);
    drawn = drawn && (x[length - 1] == end_mark || length == law.most_tokens);
    require(drawn, "sentence " + std::to_string(sentence) + " cannot come from the source", "sentences that it draws");
}

// Of the nodes of both colours of the chess board, or of one.
SourcePosterior sums_of(const Grid& grid, std::uint32_t side, const double* likelihood, int colours) {
    const auto taken = [&](std::size_t j) { return colours == 2 || (j / side + j % side) % 2 == 0; };
    double most = likelihood[0] + grid.log_prior[0], most_prior = grid.log_prior[0];
    for (std::size_t j = 1; j < grid.nodes; ++j) {
        most = std::max(most, likelihood[j] + grid.log_prior[j]);
        most_prior = std::max(most_prior, grid.log_prior[j]);
    }
    SourcePosterior out = {};
    double total = 0.0, prior = 0.0, expected = 0.0;
    for (std::size_t j = 0; j < grid.nodes; ++j) {
        if (!taken(j)) continue;
        const double weight = exp(likelihood[j] + grid.log_prior[j] - most);
        prior += exp(grid.log_prior[j] - most_prior);
        total += weight;
        expected += weight * likelihood[j];
        out.mean[0] += weight * grid.z0[j];
        out.mean[1] += weight * grid.z1[j];
    }
    for (double& mean : out.mean) mean /= total;
    out.log_evidence = most + log(total) - most_prior - log(prior);
    out.kl = expected / total - out.log_evidence;
    return out;
}

void lower_to(std::uint64_t value, std::atomic<std::uint64_t>& least) {
    std::uint64_t before = least.load();
    while (value < before && !least.compare_exchange_weak(before, value)) {
    }
}

}  // namespace

std::uint32_t nodes_of_source(const SyntheticLaw& law) {
    const double nodes = 4.0 * (law.radius / law.spread + 6.0);
    return static_cast<std::uint32_t>(std::min(nodes, 4096.0));
}

std::vector<SourcePosterior> true_posteriors(const SyntheticSource& source, const TokenTable& table, std::uint32_t side,
                                             const char* isa, int threads, const StopRequest* stop) {
    require_supported(isa);
    const auto lanes = MC_FUNCTION_FOR(isa, synthetic_lanes);
    for (std::uint64_t i = 0; i < table.sentences; ++i) require_drawn(source.law, table, i);
    const Grid grid = grid_of(source.law, side);
    std::vector<SourcePosterior> all(table.sentences);
    std::atomic<std::uint64_t> first_undone{table.sentences};
    parallel_ranges(table.sentences, threads, [&](std::uint64_t begin, std::uint64_t end) {
        SyntheticWork work(source.law);
        std::vector<double> likelihood(grid.z0.size());
        for (std::uint64_t i = begin; i < end; ++i) {
            const NodesCall nodes = {table.sentence(i), table.length(i), grid.z0.size(),
                                     grid.z0.data(),    grid.z1.data(),  likelihood.data()};
            lanes({&source.law, source.parameters.data(), work.get(), &nodes, nullptr, stop});
            if (is_due(stop)) return lower_to(i, first_undone);
            all[i] = sums_of(grid, side, likelihood.data(), 2);
            all[i].kl_of_half = sums_of(grid, side, likelihood.data(), 1).kl;
        }
    });
    all.resize(first_undone);
    return all;
}

TrueInformation true_information(const std::vector<SourcePosterior>& posteriors) {
    require(posteriors.size() >= 2, "sentences for I(x; z)", static_cast<double>(posteriors.size()), "2 or more");
    const auto n = static_cast<double>(posteriors.size());
    double mean = 0.0, squares = 0.0;
    for (const SourcePosterior& p : posteriors) mean += p.kl / n;
    for (const SourcePosterior& p : posteriors) squares += (p.kl - mean) * (p.kl - mean);
    return {mean, sqrt(squares / (n - 1.0) / n), posteriors.size()};
}

}  // namespace modecollapse::sequence
