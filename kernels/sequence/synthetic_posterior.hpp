// The true posterior of synthetic sentences, p(z|x) ~ p(x|z) p(z), by quadrature over the plane.
//
//   nodes   the midpoints of m x m squares over [-R, R]^2, R = r + 6 s: beyond is less than 1e-7 of the prior
//   p(x) = sum_j p(x|z_j) p(z_j) / sum_j p(z_j)
//   KL(p(z|x) || p(z)) = E[log p(x|z) | x] - log p(x);  its mean over sentences of the source is the true I(x; z)
//
// A rule of equal weights converges faster than any power of 1/m for smooth densities that vanish at the border, where the squares
// are smaller than what the posterior varies over. The nodes of one colour of the chess board, a rule of squares larger by sqrt 2,
// give `kl_of_half`: how far it is off says, with a margin, how far kl is.
#pragma once

#include "kernels/sequence/synthetic.hpp"

namespace modecollapse::sequence {

struct SourcePosterior {
    double log_evidence;         // log p(x), nats
    double kl, kl_of_half;       // KL(p(z|x) || p(z)), nats
    double mean[source_latent];  // E[z|x]
};

// Nodes a side, two within s: 2 R / m = s / 2. With the law as it is by default KL is off by less than 1e-5.
std::uint32_t nodes_of_source(const SyntheticLaw& law);

// Of every sentence of the table: tokens that the source may draw, else std::domain_error says which it is. side: m. Once `stop` is
// due: of the first sentences, as many as were done; or null.
std::vector<SourcePosterior> true_posteriors(const SyntheticSource& source, const TokenTable& table, std::uint32_t side,
                                             const char* isa, int threads, const StopRequest* stop = nullptr);

// I(x; z) in nats: the mean over independent sentences of the source, and its standard error; needs two.
struct TrueInformation {
    double mean, standard_error;
    std::uint64_t sentences;
};
TrueInformation true_information(const std::vector<SourcePosterior>& posteriors);

}  // namespace modecollapse::sequence
