// The field of K components by finite differences of its objective.
#pragma once

#include <cmath>
#include <vector>

#include "tests/support/components_problems.hpp"

namespace modecollapse::support {

// Rates of Q, M, log w and log v by central differences of F over means, weights and variances: of their logarithms the
// derivatives of F as they are.
class ByDifferences {
public:
    ByDifferences(const components::Setup& setup, const Points& means, const Points& modes,
                  const std::vector<double>& log_weights, const std::vector<double>& log_variances = {})
        : setup_(setup),
          field_(setup),
          means_(means),
          modes_(modes),
          logs_(log_weights),
          log_variances_(log_variances) {}

    ComponentsState rates(double beta) {
        const components::Payload& p = setup_.problem();
        Points slope = means_;
        std::vector<double> of_logs = logs_;
        for (std::size_t i = 0; i < means_.size(); ++i) {
            for (std::size_t c = 0; c < means_[i].size(); ++c) slope[i][c] = difference(means_[i][c], beta);
            of_logs[i] = difference(logs_[i], beta);
            if (p.radii == components::Radii::fixed) {
                const double radial = dot(slope[i], means_[i]) / dot(means_[i], means_[i]);
                for (std::size_t c = 0; c < means_[i].size(); ++c) slope[i][c] -= radial * means_[i][c];
            }
        }
        ComponentsState rate(p);
        for (int i = 0; i < p.components; ++i) {
            const auto a = static_cast<std::size_t>(i);
            for (int j = 0; j <= i; ++j) {
                const auto b = static_cast<std::size_t>(j);
                rate.view.q(i, j) = -(dot(slope[a], means_[b]) + dot(slope[b], means_[a]));
            }
            for (int k = 0; k < p.modes; ++k) rate.view.m(i, k) = -dot(slope[a], modes_[static_cast<std::size_t>(k)]);
            rate.view.log_weight(i) = -of_logs[a];
        }
        for (int i = 0; i < rate.view.variances; ++i)
            rate.view.log_variance(i) = -difference(log_variances_[static_cast<std::size_t>(i)], beta);
        return rate;
    }

private:
    double difference(double& x, double beta) {
        constexpr double h = 1e-4;
        const double here = x;
        x = here + h;
        const double above = field_->objective(state().view, beta);
        x = here - h;
        const double below = field_->objective(state().view, beta);
        x = here;
        return (above - below) / (2.0 * h);
    }
    ComponentsState state() const { return state_of(setup_, means_, modes_, logs_, log_variances_); }

    const components::Setup& setup_;
    FieldOf field_;
    Points means_, modes_;
    std::vector<double> logs_, log_variances_;
};

// Over the largest entry of the first.
inline double largest_difference(const ComponentsState& a, const ComponentsState& b) {
    double largest = 0.0, scale = 0.0;
    for (std::size_t i = 0; i < a.numbers.size(); ++i) {
        largest = std::max(largest, std::fabs(a.numbers[i] - b.numbers[i]));
        scale = std::max(scale, std::fabs(a.numbers[i]));
    }
    return largest / scale;
}

}  // namespace modecollapse::support
