#include "host/expectation/adaptive_tables.hpp"

#include <cmath>

namespace modecollapse {
namespace {

constexpr double spacing = 0.6;  // error of an average about exp(-pi^2 / 0.6) = 7e-8
constexpr double tails = 7.0;    // in standard deviations

}  // namespace

AdaptiveTables::AdaptiveTables(double radius, double target_weight, double target_ess) : schedule{} {
    // under q cosh^(2x), x <= 1, the law of <mu*, x> is centred within 3 R^2 of 0
    const double reach = 3.0 * radius * radius + tails * radius;
    const int half = static_cast<int>(std::ceil(reach / spacing));
    const LogTargetIntegrand log_target{radius, target_weight};
    for (int j = -half; j <= half; ++j) {
        const double y = j * spacing, z = y / radius;
        log_ratio.push_back(log_target(0.0, z));
        gaussian.push_back(std::exp(-0.5 * z * z));
    }
    // any constant will do: one that keeps the powers of the ratio within the range of a double at R = 10
    const double middle =
        0.5 * (std::fmax(log_ratio.front(), log_ratio.back()) + log_ratio[static_cast<std::size_t>(half)]);
    for (double& l : log_ratio) l -= middle;
    schedule = {target_ess,       radius,         -half * spacing, spacing, static_cast<int>(log_ratio.size()),
                log_ratio.data(), gaussian.data()};
}

}  // namespace modecollapse
