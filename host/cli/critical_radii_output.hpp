// The table of critical radii, (dimension, level), in every form of a report: for mixtures and for flows.
#pragma once

#include "host/cli/failed_members.hpp"
#include "host/threshold/critical_radius.hpp"

namespace modecollapse {

struct CriticalRadii {
    std::vector<double> dimensions, levels;
    std::vector<std::vector<CriticalRadius>> critical;  // (dimension, level)
    std::vector<std::map<double, Evaluation>> curves;   // (dimension): every radius evaluated
};

std::vector<double> sorted_without_repeats(std::vector<double> values);

// Leaves the first `found` dimensions, and says in the report that it is partial if there were more.
void keep_the_first(CriticalRadii& radii, std::size_t found, Report& report);

// Dimensions dimension and level; variables dimension, level, r_c, its interval, resolution and status.
Dataset dataset_of(const CriticalRadii& radii);

// What failed at the radii evaluated, into the report; a radius that failures alone leave unsettled is exit code 6 too.
void report_failures(const Configuration& options, const CriticalRadii& radii, Report& report);

// trajectories: at each radius.
nlohmann::ordered_json rows_json(const CriticalRadii& radii, std::uint64_t trajectories);
Table rows_csv(const CriticalRadii& radii, std::uint64_t trajectories);

// decimals: of the radii.
Table rows_table(const CriticalRadii& radii, int decimals);

}  // namespace modecollapse
