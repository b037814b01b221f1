#include "tests/support/initial_law_checks.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>

namespace modecollapse::support {

std::function<double(double)> coordinate_law(double dimension) {
    if (dimension > 1e7)
        return
            [=](double m) { return boost::math::cdf(boost::math::normal_distribution<>(), std::sqrt(dimension) * m); };
    const double shape = 0.5 * (dimension - 1.0);
    return [=](double m) { return boost::math::ibeta(shape, shape, std::min(1.0, std::max(0.0, 0.5 * (1.0 + m)))); };
}

}  // namespace modecollapse::support
