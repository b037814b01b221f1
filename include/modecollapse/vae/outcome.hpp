// How the training of a VAE ended, read from its encoder on held-out data (POSTERIOR part B).
//
//   active directions   k eigenvalues of Cov_x(E_q[z|x]), relative to the prior's covariance, above the activity floor
//   I(x; y)             of q, in nats; with clusters
//   failed              a number of the training is not finite, or of what is read from it; or the objective of the
//                       training's own data is above what it is at the member's own start, under the mean KL weight
//                       of the training and under its last one, with the inverse-Lipschitz constants of its first
//                       step and of the end
//   collapsed           k = 0, and with clusters I below the information floor
//   informative         k at least the informative directions, and with clusters I at least the floor
//   partial             the rest: too few directions; z only, or y only
//
// A training that ends worse than it began has diverged, and directions of an encoder that far off mean nothing. Its
// own data are the first of its batches with their noise, min(held out, batch x steps) of them: on others one that has
// learnt a few by heart can be worse than its start as well, and a single step on a single datum is by chance. Weights
// and constants that change are no failure: an encoder that follows a rise late is worse under the last weight than a
// start, whose KL is nearly 0, and one that has followed a fall is under the mean.
#pragma once

#include "modecollapse/vae/problem.hpp"

namespace modecollapse::vae {

enum class Outcome { collapsed = 0, informative = 1, partial = 2, failed = 3 };
inline constexpr const char* outcome_names[] = {"collapsed", "informative", "partial", "failed"};
inline constexpr int outcome_count = 4;
inline constexpr int most_latent = 16;
inline constexpr int most_clusters = 16;

MC_HOST_DEVICE Outcome outcome_of(const Problem& problem, double active, double information) {
    const bool clustered = problem.clusters > 0, told = information >= problem.information_floor;
    if (active == 0.0 && !(clustered && told)) return Outcome::collapsed;
    const bool enough = active >= static_cast<double>(problem.informative_directions);
    return enough && (told || !clustered) ? Outcome::informative : Outcome::partial;
}

}  // namespace modecollapse::vae
