// The result of `variance`: a row an estimator.
#pragma once

#include "host/experiments/variance.hpp"
#include "host/report/estimate.hpp"

namespace modecollapse {

Result variance_result(const VarianceRequest& request, const EstimatorNoise& noise);
Table variance_table(const Result& result);

}  // namespace modecollapse
