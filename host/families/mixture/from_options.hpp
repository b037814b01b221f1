// From options to the mixture's own types, for the commands that it alone has.
#pragma once

#include "host/families/mixture/options.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {

// radius: folds has none of its own.
Problem problem_from(const Configuration& options);
MixtureSettings settings_from(const Configuration& options);

// The state of --start m1,m2,s[,w1]; a given w1 goes into `problem`. Throws UsageError.
std::vector<OrderParameters<double>> given_start(const Configuration& options, Problem& problem);

}  // namespace modecollapse
