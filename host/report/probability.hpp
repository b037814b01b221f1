// The result of `probability`, for mixtures, for rare collapse and for trainings of RealNVP flows.
#pragma once

#include "host/experiments/probability.hpp"
#include "host/rare/rare_event.hpp"
#include "host/report/estimate.hpp"

namespace modecollapse {

Result probability_result(const MixtureEnsemble& ensemble, const MixtureProbability& found);

// wanted: the relative error asked for.
Result probability_result(const RareEventEstimate& found, double wanted);

// Besides the means over the members that did not fail the numbers of every member, which only the file has.
Result probability_result(const Problem& target, const Training& training, const TrainedMembers& found,
                          std::uint64_t asked);

}  // namespace modecollapse
