// What is read from a VAE's encoder, and from an exact posterior alike, on n data: active directions, I(x; y), accuracy.
#pragma once

#include <vector>

#include "modecollapse/vae/outcome.hpp"

namespace modecollapse::vae {

// a (c, l), then b (c, l) of the prior's clusters; null: N(0, I).
struct PriorClusters {
    const double* parameters;
    std::uint32_t clusters, latent;

    double mean(std::uint32_t y, std::uint32_t i) const { return parameters ? parameters[y * latent + i] : 0.0; }
    double variance(std::uint32_t y, std::uint32_t i) const;
};

struct Directions {
    double active, largest;  // eigenvalues above the floor; the largest
};

// Of Cov_x(m(x)) against the prior's covariance. `other`: the same means estimated independently (or the same array), so that
// what is noise in both does not count.
Directions directions_of(const PriorClusters& prior, const double* mean, const double* other, std::uint64_t n,
                         double floor);

// Within the classes: sum_y E_x q(y|x) (m_y(x) - mean_y)(..)^T against diag e^{b_y} averaged with the same weights.
// mean (n, c, l), share (n, c).
Directions directions_within(const PriorClusters& prior, const double* mean, const double* share, std::uint64_t n,
                             double floor);

// E_q[z|x] (n, l).
std::vector<double> mean_over_classes(const double* mean, const double* share, std::uint64_t n, std::uint32_t classes,
                                      std::uint32_t latent);

// I(x; y) of q(y|x) (n, c), in nats.
double information_of(const double* share, std::uint64_t n, std::uint32_t classes);

// Share of data whose most likely class is their label's, by the best assignment of classes to labels; where their numbers
// differ, each class takes the label that most of its data have.
double accuracy_of(const double* share, const std::int64_t* labels, std::uint64_t n, std::uint32_t classes,
                   std::uint32_t label_count);

}  // namespace modecollapse::vae
