// What `threshold` says beside its result: progress, partial answers, failed members.
#pragma once

#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/experiments/threshold.hpp"
#include "host/report/threshold.hpp"

namespace modecollapse {

// Shows how far the search is. Both must outlive it.
std::function<void(std::size_t, double)> threshold_progress(Progress& progress, const ThresholdRequest& request,
                                                            const LookSchedule& looks);

// How far a search came that was given up in its first dimension, and between which values a level is crossed as far as it
// is known.
std::string how_far(const StoppedSearch& stopped, const ThresholdRequest& request, const SearchWords& words);

// Says in the report that it is partial if dimensions are missing.
void mark_missing_dimensions(const CriticalValues& found, Report& report);

// What failed at the values evaluated, into the report; a row that failures alone leave unsettled is exit code 6 too.
void report_failures(const Configuration& options, const CriticalValues& found, const SearchWords& words,
                     Report& report);

}  // namespace modecollapse
