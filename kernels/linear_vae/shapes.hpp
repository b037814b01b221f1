// Which shapes of a linear VAE have a program of their own; all others share one for up to four and one for up to
// sixteen directions.
#pragma once

#include "modecollapse/linear_vae/problem.hpp"
#include "modecollapse/linear_vae/shape.hpp"

namespace modecollapse::linear_vae {

// run(shape) with the shape of the problem.
template <class Run>
MC_HOST_DEVICE void with_shape(const Payload& problem, const Run& run) {
    const int latent = problem.latent, signal = problem.signal;
    if (latent == 1 && signal == 1)
        run(FixedShape<1, 1>{});
    else if (latent == 2 && signal == 2)
        run(FixedShape<2, 2>{});
    else if (latent <= 4 && signal <= 4)
        run(BoundedShape<4>{latent, signal});
    else
        run(BoundedShape<most_directions>{latent, signal});
}

}  // namespace modecollapse::linear_vae
