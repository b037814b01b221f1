// Fixed sets of normal points for expectations of rank above 2: scrambled Sobol points [Sobol 1967; direction numbers of
// Joe and Kuo, SIAM J. Sci. Comput. 30 (2008) 2635; linear matrix scramble and digital shift of Matousek, J. Complexity 14
// (1998) 527], taken through the quantile of the normal law. One scramble for all: the same nodes for every trajectory
// and step, so that the field is smooth.
#pragma once

#include <vector>

namespace modecollapse::components {

// (count, dimensions)
std::vector<double> normal_nodes(int count, int dimensions);

// Of N(0, I_d), d >= rank: (count, rank + 2), the coordinates on `rank` axes and |z|^2 - d of a point and of its mirror
// image, whose chi-square on the other axes has the complementary probability. A point takes rank + 1 of Sobol's dimensions.
std::vector<double> nodes_with_lengths(int count, int rank, double dimension);

}  // namespace modecollapse::components
