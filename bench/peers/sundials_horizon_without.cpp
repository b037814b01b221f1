// In the place of sundials_horizon.cpp where SUNDIALS was not found.
#include "bench/peers/fixed_horizon.hpp"

namespace modecollapse::bench {

std::vector<HorizonSolver> sundials_solvers() { return {}; }

}  // namespace modecollapse::bench
