// SGD on a linear VAE: the reduced sampler against the full one, and both against the closed equations.
//
// Light here: one member's spread decides the bounds. In the longer version (label validation) the members of a cell of
// the samplers' comparison come from MODECOLLAPSE_VALIDATION_MEMBERS. Against the closed equations their number is fixed:
// with more, the terms of order 1/N that these leave out would show.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "tests/support/bounds.hpp"
#include "tests/support/kolmogorov_smirnov.hpp"
#include "tests/support/linear_vae_sgd_cases.hpp"
#include "tests/support/test_data.hpp"

namespace modecollapse {
namespace {

using linear_vae::Annealing;
using linear_vae::Dynamics;
using support::largest_deviation;
using support::members_of_a_cell;
using support::SampleMean;
using support::VaePayload;
using support::VaeSgdCase;

// End states of members first .. first + count - 1: (order parameter, member).
std::vector<std::vector<double>> ends_of(const VaePayload& problem, std::uint64_t first, std::uint64_t count) {
    const auto size = static_cast<std::size_t>(linear_vae::size_of_state(problem));
    const std::vector<double> state = support::run_vaes(problem, 23, first, count, {2, best_cpu_isa()}).state;
    std::vector<std::vector<double>> result(size, std::vector<double>(count));
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t k = 0; k < size; ++k) result[k][i] = state[i * size + k];
    return result;
}

// Smallest Bonferroni-corrected p over the order parameters, of KS and of the first two moments.
double least_p(std::vector<std::vector<double>> a, std::vector<std::vector<double>> b) {
    double least = 1.0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        for (const auto* sample : {&a[k], &b[k]})  // a member that has diverged has no place in an order
            for (const double x : *sample)
                if (!std::isfinite(x)) return 0.0;
        for (const int power : {1, 2}) {
            SampleMean first, second;
            for (const double x : a[k]) first.add(power == 1 ? x : x * x);
            for (const double x : b[k]) second.add(power == 1 ? x : x * x);
            const double error = std::hypot(first.standard_error(), second.standard_error());
            least = std::min(least, std::erfc(std::abs(first.mean() - second.mean()) / error / std::sqrt(2.0)));
        }
        least = std::min(least, support::kolmogorov_smirnov(a[k], b[k]).p_value);
    }
    return least * 3.0 * static_cast<double>(a.size());
}

struct Cell {
    double dimension;
    int latent, signal;
    std::uint64_t batch;
};

VaePayload problem_of(const Cell& cell, Dynamics dynamics) {
    VaePayload problem;
    problem.dimension = cell.dimension;
    problem.latent = cell.latent;
    problem.signal = cell.signal;
    problem.batch = cell.batch;
    problem.dynamics = dynamics;
    problem.kl_weight.end = 0.7;
    problem.start_scale = 0.7;
    problem.learning_rate = 0.15;
    problem.weight_decay = 0.1;
    problem.steps = 40;
    return problem;
}

TEST(LinearVaeSgd, TheReducedSamplerHasTheLawOfTheFullOne) {
    const std::uint64_t members = members_of_a_cell(1200);
    std::vector<Cell> cells;
    for (const int latent : {1, 2, 3})
        for (const std::uint64_t batch : {1u, 4u, 50u})
            for (const double dimension : {0.0, 9.0, 30.0, 60.0, 300.0}) {
                const int signal = latent == 1 ? 1 : latent - 1;
                const double least = linear_vae::frame_size(latent, signal);
                const bool light = members < 4000 && (batch == 50 || dimension == 60.0 || dimension == 300.0);
                if (!light || (latent == 1 && batch == 50 && dimension == 9.0))
                    cells.push_back({std::max(dimension, least), latent, signal, batch});
            }
    if (members >= 4000) cells.push_back({60.0, 2, 2, 4});          // once more, with ten times the members
    const double alpha = 1e-3 / static_cast<double>(cells.size());  // of all cells together: 1e-3
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Cell& cell = cells[i];
        const std::uint64_t count = members >= 4000 && i + 1 == cells.size() ? 10 * members : members;
        const auto reduced = ends_of(problem_of(cell, Dynamics::sgd), 0, count);
        const auto full = ends_of(problem_of(cell, Dynamics::sgd_full), 1000000, count);
        const double p = least_p(reduced, full);
        EXPECT_GT(p, alpha) << cell.dimension << " " << cell.latent << " " << cell.batch;
        if (members >= 4000) {
            std::printf("cell %zu of %zu: N = %g, M = %d, B = %d: p = %.3g\n", i + 1, cells.size(), cell.dimension,
                        cell.latent, static_cast<int>(cell.batch), p);
            std::fflush(stdout);
        }
    }
    // twins: noise outside the span of another dimension; a batch of one sample, at a learning rate where noise tells
    const Cell cell = {9.0, 2, 2, 4};
    VaePayload full = problem_of(cell, Dynamics::sgd_full), reduced = problem_of(cell, Dynamics::sgd);
    full.learning_rate = reduced.learning_rate = 0.5;
    const auto ends = ends_of(full, 1000000, members);
    EXPECT_GT(least_p(ends_of(reduced, 0, members), ends), alpha);
    VaePayload other = reduced;
    other.dimension = 11.0;
    EXPECT_LT(least_p(ends_of(other, 0, members), ends), alpha);
    other = reduced;
    other.batch = 1;
    EXPECT_LT(least_p(ends_of(other, 0, members), ends), alpha);
}

// Both samplers under the constraint.
TEST(LinearVaeSgd, TheReducedSamplerLiftsAsTheFullOne) {
    const std::uint64_t members = members_of_a_cell(1200);
    VaePayload problem = problem_of({9.0, 2, 1, 2}, Dynamics::sgd);
    problem.inverse_lipschitz = 0.8;
    const auto reduced = ends_of(problem, 0, members);
    problem.dynamics = Dynamics::sgd_full;
    EXPECT_GT(least_p(reduced, ends_of(problem, 1000000, members)), 1e-4);
    problem.inverse_lipschitz = 0.7;
    EXPECT_LT(least_p(reduced, ends_of(problem, 1000000, members)), 1e-4);
}

// Half of the noise of the batches is missing.
VaePayload with_half_the_noise(const VaeSgdCase& c) {
    VaePayload result = c.problem;
    result.learning_rate *= 0.5;  // the closed equations have no other use of it
    return result;
}

TEST(LinearVaeSgd, FollowsTheClosedEquations) {
    const std::uint64_t members = 64;
    for (const VaeSgdCase& c : support::vae_sgd_cases()) {
        EXPECT_LT(largest_deviation(c, Dynamics::sgd, c.problem, members), 3.0) << c.problem.kl_weight.end;
        EXPECT_GT(largest_deviation(c, Dynamics::sgd, with_half_the_noise(c), members), 3.5) << c.problem.kl_weight.end;
    }
}

TEST(LinearVaeSgd, TheFullSamplerFollowsTheClosedEquations) {
    const std::uint64_t members = 16;
    const VaeSgdCase c = support::vae_sgd_cases()[0];
    EXPECT_LT(largest_deviation(c, Dynamics::sgd_full, c.problem, members), 3.0);
    EXPECT_GT(largest_deviation(c, Dynamics::sgd_full, with_half_the_noise(c), members), 4.0);
}

// Five runs published by the authors of arXiv 2310.15440; t = steps/N at tau = .01.
TEST(LinearVaeSgd, TheClosedEquationsFollowThePublishedRuns) {
    std::ifstream file(support::test_data("linear_vae.csv"));
    std::vector<std::vector<double>> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#' || line[0] == 't') continue;
        for (char& c : line)
            if (c == ',') c = ' ';
        std::istringstream fields(line);
        rows.emplace_back();
        for (double x; fields >> x;) rows.back().push_back(x);
    }
    ASSERT_EQ(rows.size(), 15u);
    VaePayload problem;
    problem.dynamics = Dynamics::flow_noise;
    problem.learning_rate = 0.01;
    problem.horizon = 14.9;
    const double start[] = {0.009783953428268433, 0.12169071286916733, 1.1068158149719238,
                            0.8613312244415283,   -0.1078362762928009, 1.0};
    std::vector<double> times;
    for (const auto& row : rows) times.push_back(0.01 * row[0]);
    std::vector<double> states(6 * times.size());
    linear_vae::Status status;
    linear_vae::follow({&problem, 0, 0, 1, start}, times, states.data(), &status, 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double error = 1.0 - 2.0 * std::abs(states[6 * i]) + states[6 * i + 2];
        const auto [low, high] = std::minmax_element(rows[i].begin() + 1, rows[i].end());
        EXPECT_GE(error, *low - 1e-4) << rows[i][0];
        EXPECT_LE(error, *high + 1e-4) << rows[i][0];
    }
}

}  // namespace
}  // namespace modecollapse
