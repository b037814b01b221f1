// The result of `trajectory`: members over time, of mixtures and of trainings of RealNVP flows.
#pragma once

#include "host/experiments/trajectory.hpp"
#include "host/report/estimate.hpp"

namespace modecollapse {

Result trajectory_result(const std::vector<TrajectorySeries>& all, const std::vector<double>& times);
Result trajectory_result(const TrainingSeries& all, const Problem& target);

// A line a member and time, and of mixtures a line a member.
Table trajectory_table(const Result& result);
Table fate_table(const Result& result);
Table training_table(const Result& result);

}  // namespace modecollapse
