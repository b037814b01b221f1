#include "tests/support/bounds.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>

namespace modecollapse::support {

double largest_z(double alpha, int comparisons) {
    return boost::math::quantile(
        boost::math::complement(boost::math::normal_distribution<>(), 0.5 * alpha / comparisons));
}

double largest_chi_square(double alpha, double degrees) {
    return boost::math::quantile(boost::math::complement(boost::math::chi_squared_distribution<>(degrees), alpha));
}

}  // namespace modecollapse::support
