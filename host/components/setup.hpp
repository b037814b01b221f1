// An ensemble of K components as asked for, and as it is run: checked, with the tables that its trajectories share.
#pragma once

#include <memory>
#include <vector>

#include "host/components/modes.hpp"
#include "host/components/target_table.hpp"
#include "modecollapse/components/problem.hpp"

namespace modecollapse::components {

inline constexpr int most_nodes = 1 << 15;

struct Request {
    std::vector<std::vector<double>> modes;  // (K*, r)
    std::vector<double> target_weight;       // (K*); none: equal
    std::vector<double> weight;              // (K); none: the target's where K = K* and they are fixed, else equal
    double sits_within = 1.0;                // of half the distance to the next mode
    double expectation_error = 1e-3;
    Payload problem = {};  // what is no pointer; sizes of the modes and steps are found
};

// Nodes of expectations of rank above 2; none: a product rule.
struct FixedSet {
    int count = 0;
    double error = 0.0;  // measured against a set four times as large
    std::vector<double> nodes = {};
};

class Setup {
public:
    // Throws std::domain_error: option, value, allowed range.
    explicit Setup(const Request& request);
    Setup(const Setup&) = delete;
    Setup& operator=(const Setup&) = delete;

    const Payload& problem() const { return problem_; }
    const FixedSet& own_set() const { return own_; }  // of expectations of q
    const FixedSet& target_set() const { return target_; }
    const OwnedTable& table() const { return table_; }  // of expectations of p
    double entropy_of_target() const;                   // of the weights, over log K*; NaN for K* = 1

private:
    void set_rules(double error);

    Payload problem_;
    ModeGeometry geometry_;
    std::vector<double> log_target_, log_weight_, near_;
    FixedSet own_, target_;
    OwnedTable table_;
};

}  // namespace modecollapse::components
