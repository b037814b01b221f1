#include "host/experiments/basin.hpp"

#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr double resolving_dimension = 1e4;  // alignments are resolved relative to 0.01: finer than any grid step

}  // namespace

Basin basin_of_starts(const Problem& problem, const MixtureSettings& settings, double s, int points,
                      const Backend& backend, const RunControl& control) {
    const int n = points;
    Basin basin;
    basin.axis.resize(n);
    for (int i = 0; i < n; ++i) basin.axis[i] = (2.0 * i - (n - 1)) / (n - 1);
    const std::vector<double>& axis = basin.axis;
    const double start_weight = start_coordinate(problem);
    std::vector<OrderParameters<double>> starts;
    std::vector<std::size_t> places;
    for (int i = 0; i < n; ++i) {
        throw_if_given_up();
        for (int j = 0; j < n; ++j) {
            const double determinant =
                1.0 + 2.0 * axis[i] * axis[j] * s - axis[i] * axis[i] - axis[j] * axis[j] - s * s;
            if (determinant < -1e-12) continue;
            starts.push_back({axis[i], axis[j], 1.0 - s, start_weight});
            places.push_back(static_cast<std::size_t>(i) * n + j);
        }
    }
    std::vector<std::uint8_t> fates(starts.size());
    const MixtureSetup setup(problem, settings);
    EndRecord record = {};
    record.outcome = fates.data();
    basin.counts = run_from_starts(setup, resolving_dimension, starts.data(), starts.size(), record, backend, control);
    basin.outcome.assign(static_cast<std::size_t>(n) * n, outside_basin);
    for (std::size_t k = 0; k < places.size(); ++k) basin.outcome[places[k]] = static_cast<std::int8_t>(fates[k]);
    basin.outside = static_cast<std::int64_t>(basin.outcome.size() - places.size());
    return basin;
}

}  // namespace modecollapse
