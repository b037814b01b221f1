// How the training of a VAE ended, read from its encoder on held-out data (POSTERIOR part B, without clusters).
//
//   active directions   eigenvalues of Cov_x(E_q[z|x]) above the activity floor (the prior's covariance is I)
//   failed              a number of the training is not finite, or of what is read from it
//   collapsed           no active direction;   informative   at least one
#pragma once

namespace modecollapse::vae {

enum class Outcome { collapsed = 0, informative = 1, failed = 2 };
inline constexpr const char* outcome_names[] = {"collapsed", "informative", "failed"};
inline constexpr int outcome_count = 3;
inline constexpr int most_latent = 16;

}  // namespace modecollapse::vae
