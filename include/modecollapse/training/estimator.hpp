// Gradient estimators of the objective F = E_q[log q - beta log p], of every family that draws samples of q.
//
//   pathwise          the parameters inside log q held fixed [Roeder, Wu, Duvenaud, arXiv 1703.09194]
//   reparameterized   the total derivative along reparameterized samples
//   score             log-derivative trick
#pragma once

namespace modecollapse {

enum class Estimator { pathwise = 0, reparameterized = 1, score = 2 };
inline constexpr const char* estimator_names[] = {"pathwise", "reparameterized", "score"};

}  // namespace modecollapse
