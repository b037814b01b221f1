// Sizes of a linear VAE's state: M latent directions and S = M* signal directions, known when compiled or only when run.
//
// A state is one flat run of numbers (state.hpp), laid out by its shape:
//
//   m (M, S)   d (M, S)   Q (M, M) lower triangle   E (M, M) lower triangle   R (M, M)   D (M)
//
// FixedShape: every loop has constant bounds, so that a state of one latent direction is six scalars. PaddedShape: the
// same for all S <= most; signals beyond S are zeros, which stay zeros and change no sum, and no number is drawn for
// them. BoundedShape: one program for all M, S <= most, with the state in memory.
#pragma once

#include "modecollapse/numbers/platform.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse::linear_vae {

inline constexpr int most_directions = 16;  // of M and of M*

// Entry (a, b), a >= b, of a symmetric matrix stored as its lower triangle.
MC_HOST_DEVICE constexpr int triangle(int a, int b) { return a >= b ? a * (a + 1) / 2 + b : b * (b + 1) / 2 + a; }
MC_HOST_DEVICE constexpr int triangle_size(int n) { return n * (n + 1) / 2; }

MC_HOST_DEVICE constexpr int state_size(int latent, int signal) {
    return 2 * latent * signal + 2 * triangle_size(latent) + latent * latent + latent;
}

template <int latent_directions, int signal_directions>
struct FixedShape {
    static constexpr int most_latent = latent_directions, most_signal = signal_directions;
    // on a GPU: of a Runge-Kutta step, of both W and V, of a state
    static constexpr int unrolled_stages = 6, unrolled_rows = 2 * latent_directions,
                         unrolled_entries = state_size(latent_directions, signal_directions);
    MC_HOST_DEVICE static constexpr int latent() { return latent_directions; }
    MC_HOST_DEVICE static constexpr int signal() { return signal_directions; }
    MC_HOST_DEVICE static constexpr bool has_signal(int) { return true; }
};

template <int latent_directions, int most_signal_directions>
struct PaddedShape {
    static constexpr int most_latent = latent_directions, most_signal = most_signal_directions;
    // on a GPU: of a Runge-Kutta step, of both W and V, of a state
    static constexpr int unrolled_stages = 6, unrolled_rows = 2 * latent_directions,
                         unrolled_entries = state_size(latent_directions, most_signal_directions);
    int signal_directions;
    MC_HOST_DEVICE static constexpr int latent() { return latent_directions; }
    MC_HOST_DEVICE static constexpr int signal() { return most_signal_directions; }
    MC_HOST_DEVICE bool has_signal(int k) const { return k < signal_directions; }
};

template <int most>
struct BoundedShape {
    static constexpr int most_latent = most, most_signal = most;
    static constexpr int unrolled_stages = 1, unrolled_rows = 1, unrolled_entries = 1;
    int latent_directions, signal_directions;
    MC_HOST_DEVICE int latent() const { return latent_directions; }
    MC_HOST_DEVICE int signal() const { return signal_directions; }
    MC_HOST_DEVICE static constexpr bool has_signal(int) { return true; }
};

// The shape of given sizes, which a fixed one already knows.
template <int latent, int signal>
MC_HOST_DEVICE void set_sizes(FixedShape<latent, signal>&, int, int) {}
template <int latent, int most>
MC_HOST_DEVICE void set_sizes(PaddedShape<latent, most>& shape, int, int signal) {
    shape.signal_directions = signal;
}
template <int most>
MC_HOST_DEVICE void set_sizes(BoundedShape<most>& shape, int latent, int signal) {
    shape.latent_directions = latent;
    shape.signal_directions = signal;
}

}  // namespace modecollapse::linear_vae
