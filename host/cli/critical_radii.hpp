// What the commands `threshold` of the families share beside the result: progress, partial answers, failed members.
#pragma once

#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/experiments/threshold.hpp"

namespace modecollapse {

// Shows how far a search is that evaluates so many radii in its first pass, and some for each level. Both must outlive it.
std::function<void(std::size_t, double)> threshold_progress(Progress& progress, const ThresholdRequest& search,
                                                            double first_pass, double for_a_level);

// Says in the report that it is partial if dimensions are missing.
void mark_missing_dimensions(const CriticalRadii& found, Report& report);

// What failed at the radii evaluated, into the report; a radius that failures alone leave unsettled is exit code 6 too.
void report_failures(const Configuration& options, const CriticalRadii& found, Report& report);

}  // namespace modecollapse
