#include "host/components/setup.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "host/components/checks.hpp"
#include "host/components/nodes.hpp"
#include "host/components/work.hpp"
#include "host/run/watch.hpp"
#include "modecollapse/components/field.hpp"
#include "modecollapse/components/initial_law.hpp"
#include "modecollapse/numbers/require_range.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/target/mode_coverage.hpp"

namespace modecollapse::components {
namespace {

constexpr double product_share = 1e-3;  // of the error, for the product rules, whose bound leaves out a factor
constexpr int fewest_nodes = 1 << 7;

std::vector<double> logs_of(const std::vector<double>& weights) {
    std::vector<double> logs;
    for (const double weight : weights) logs.push_back(std::log(weight));
    return logs;
}

// States at which the fixed sets are measured: drawn starts, and components on modes and half-way there.
std::vector<std::vector<double>> probes(const Payload& problem) {
    constexpr std::uint64_t starts = 4;
    std::vector<std::vector<double>> all;
    std::vector<double> memory(InitialLaw<double, Random123Words>::words(problem));
    const InitialLaw<double, Random123Words> law(problem, Random123Words{}, 0);
    for (std::uint64_t id = 0; id < starts; ++id) {
        all.emplace_back(static_cast<std::size_t>(size_of_state(problem)));
        law(&id, state_in(problem, all.back().data()), memory.data());
    }
    for (const double share : {0.5, 1.0}) {
        all.emplace_back(static_cast<std::size_t>(size_of_state(problem)));
        const State<double> y = state_in(problem, all.back().data());
        const auto at = [&](int i, int k) { return problem.gram[(i % problem.modes) * problem.modes + k]; };
        for (int i = 0; i < y.components; ++i) {
            for (int j = 0; j <= i; ++j) y.q(i, j) = share * share * at(i, j % problem.modes);
            for (int k = 0; k < y.modes; ++k) y.m(i, k) = share * at(i, k);
        }
        law.set_weights(y);
    }
    // variances that can just be told apart
    for (std::vector<double>& numbers : all) {
        const State<double> y = state_in(problem, numbers.data());
        for (int i = 0; i < y.variances; ++i) y.log_variance(i) = (i % 3 - 1) * std::sqrt(2.0 / problem.dimension);
    }
    return all;
}

enum class Side { own, target };

// r or rho at the probes, of at most so many components each.
std::vector<double> shares_at(const Payload& problem, const std::vector<std::vector<double>>& states, Side side) {
    constexpr int rows = 4;
    std::vector<double> memory(Expectations<double>::words(problem)), result;
    Expectations<double> e(problem, memory.data());
    for (std::vector<double> numbers : states) {
        const State<double> y = state_in(problem, numbers.data());
        for (int i = 0; i < std::min(rows, y.components); ++i) {
            throw_if_given_up();
            // no logarithm, no sum of the weights
            if (side == Side::own && y.variances > 0)
                e.own_with_variances(y, i, 0.0);
            else if (side == Side::own)
                e.own_of(y, i, Asked::shares, 0.0);
            if (side == Side::target) e.target_of(y, i, Asked::shares);
            const double* row = side == Side::own ? e.own[i] : e.target[i];
            result.insert(result.end(), row, row + (side == Side::own ? y.components : y.modes));
        }
    }
    return result;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
    return largest;
}

std::vector<double> mean_of(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> mean(a);
    for (std::size_t i = 0; i < a.size(); ++i) mean[i] = 0.5 * (a[i] + b[i]);
    return mean;
}

// The smallest fixed set whose shares differ from those of one four times as large by at most `error`. Every node is
// evaluated once: a set twice as large is the mean of the set and of as many nodes that follow.
FixedSet fixed_set(Payload problem, Rule Payload::*rule, Side side, int rank, double error) {
    const bool with_lengths = side == Side::own && trains_variances(problem);
    const int columns = with_lengths ? rank + 2 : rank;
    const std::vector<std::vector<double>> states = probes(problem);
    FixedSet set;
    std::vector<std::vector<double>> shares;  // of the first fewest_nodes 2^k nodes
    for (std::size_t k = 0;; ++k) {
        set.count = fewest_nodes << k;
        set.nodes = with_lengths ? nodes_with_lengths(4 * set.count, rank, problem.dimension)
                                 : normal_nodes(4 * set.count, rank);  // the first points are the smaller set
        while (shares.size() < k + 3) {
            const int before = shares.empty() ? 0 : fewest_nodes << (shares.size() - 1);
            (problem.*rule).count = before == 0 ? fewest_nodes : before;
            (problem.*rule).node = set.nodes.data() + static_cast<std::ptrdiff_t>(before) * columns;
            const std::vector<double> further = shares_at(problem, states, side);
            shares.push_back(before == 0 ? further : mean_of(shares.back(), further));
        }
        set.error = largest_difference(shares[k], shares[k + 2]);
        if (set.error <= error || set.count == most_nodes) break;
    }
    require(set.error <= error, "expectation-error = " + short_text(error),
            short_text(set.error) + ", which " + std::to_string(most_nodes) + " nodes in " +
                std::to_string(with_lengths ? rank + 1 : rank) + " dimensions reach, or more");
    set.nodes.resize(static_cast<std::size_t>(set.count) * static_cast<std::size_t>(columns));
    return set;
}

}  // namespace

Setup::Setup(const Request& request) : problem_(request.problem) {
    check(request);
    geometry_ = geometry_of(request.modes);
    problem_.modes = geometry_.count;
    problem_.span = geometry_.span;
    problem_.rank = geometry_.rank;
    problem_.gram = geometry_.gram.data();
    problem_.mode = geometry_.mode.data();
    problem_.difference = geometry_.difference.data();
    const std::vector<double> target = checked_weights(request.target_weight, problem_.modes, "target-weight");
    log_target_ = logs_of(target);
    const bool as_target =
        request.weight.empty() && problem_.weights == Weights::fixed && problem_.components == problem_.modes;
    log_weight_ = logs_of(as_target ? target : checked_weights(request.weight, problem_.components, "weight"));
    problem_.log_target = log_target_.data();
    problem_.log_weight = log_weight_.data();
    problem_.mode_size = 1.0;
    for (int k = 0; k < problem_.modes; ++k) {
        // a single mode has no neighbour half-way to which it could end
        const double reach =
            request.sits_within * geometry_.gap[static_cast<std::size_t>(k)] * (problem_.modes > 1 ? 0.5 : 1.0);
        near_.push_back(reach * reach);
        problem_.mode_size = std::max(problem_.mode_size, std::sqrt(problem_.gram[k * problem_.modes + k]));
    }
    problem_.near = near_.data();
    problem_.annealing_end = annealing_end(problem_.annealing);
    if (problem_.dynamics != Dynamics::flow) problem_.steps = checked_steps(problem_);
    set_rules(request.expectation_error);
}

double Setup::entropy_of_target() const {
    double sum = 0.0;
    for (const double log_share : log_target_) sum += mode_entropy_of(std::exp(log_share));
    return entropic_coverage_of(sum, problem_.modes);
}

void Setup::set_rules(double error) {
    const double logs = -std::log(product_share * error);
    problem_.own.logs = problem_.target.logs = logs;
    problem_.own.reach = problem_.target.reach = std::sqrt(2.0 * logs);
    // sgd asks for no expectations of q; every end asks for those of p
    const int own_rank = problem_.dynamics == Dynamics::flow ? problem_.components - 1 : 0;
    if (own_rank > 2 || (own_rank > 0 && trains_variances(problem_)))
        own_ = fixed_set(problem_, &Payload::own, Side::own, own_rank, error);
    if (problem_.rank > 2) target_ = fixed_set(problem_, &Payload::target, Side::target, problem_.rank, error);
    problem_.own.count = own_.count;
    problem_.own.node = own_.nodes.data();
    problem_.target.count = target_.count;
    problem_.target.node = target_.nodes.data();
    // sgd asks for expectations at its end alone; the table is of one variance
    if (problem_.dynamics == Dynamics::flow && !trains_variances(problem_))
        table_ = target_table(problem_, product_share * error);
    problem_.table = table_.table;
    problem_.table.value = table_.values.data();
    // an expectation of 1e6 nodes takes a tenth of a second; sgd asks for them at its end only
    const double most_nodes = problem_.dynamics == Dynamics::flow ? 1e6 : 3e7;
    const double nodes = problem_.table.functions > 0 || problem_.modes == 1 ? 1.0 : nodes_of_target(problem_);
    require(nodes <= most_nodes,
            "modes (radius, spacing or means) up to " + short_text(2.0 * problem_.mode_size) +
                " apart: " + short_text(nodes) + " nodes an expectation",
            "up to " + short_text(most_nodes) + ": modes closer together, or a larger expectation-error");
}

}  // namespace modecollapse::components
