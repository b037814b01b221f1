// Matrix products by Eigen, compiled for the machine at hand: what the products of a flow are set against.
#pragma once

namespace modecollapse::bench {

// c += a b of n x n matrices, `repetitions` times; returns an element, so that nothing is left out.
double eigen_products(int n, int repetitions);
float eigen_products_single(int n, int repetitions);

}  // namespace modecollapse::bench
