// A tile of sentences through a sequence VAE: encoder, one latent sample each (kernels/vae/latent.hpp), decoder, the objective, and
// the reverse pass to the gradient. Equations: sequence/problem.hpp. Arrays as in memory.hpp.
#pragma once

#include "kernels/sequence/head.hpp"
#include "kernels/vae/latent.hpp"

namespace modecollapse::sequence {

// Layers: kernels/training/layers.hpp.
template <class LayersOfBackend>
class Pass {
public:
    using Layers = LayersOfBackend;
    using T = typename Layers::T;

    MC_HOST_DEVICE Pass(const Problem& problem, const Memory<T>& memory, const Layers& layers)
        : m_(memory),
          at_(layout_of(problem)),
          layers_(layers),
          encoder_(problem.encoder, memory.encoder, layers_),
          decoder_(problem.decoder, memory.decoder, layers_),
          head_(problem, memory, layers_),
          latent_problem_(latent_problem(problem)),
          latent_(latent_problem_, memory.latent, layers_),
          rows_(static_cast<int>(vae::code_rows(problem.latent, 0))),
          width_(static_cast<int>(problem.encoder.width)) {}

    // After every change of the parameters; step: of the schedule of L.
    MC_HOST_DEVICE_CALL void pack(double step) {
        encoder_.pack();
        decoder_.pack();
        head_.pack(step);
        layers_.pack(m_.parameters + at_.code, rows_, width_, m_.code_packed, m_.code_packed_transposed);
    }

    // Code and sample of the tile's sentences, of at most `places` tokens.
    MC_HOST_DEVICE_CALL void encode(int places, int panels) const {
        encoder_.forward(tokens(places, panels));
        layers_.apply(m_.code_packed, m_.parameters + at_.code_biases, rows_, width_, encoder_.state(places, panels),
                      panels, m_.latent.code, Into::new_values);
        latent_.sample(panels);
    }

    // The decoder's states along the sentences that it is given.
    MC_HOST_DEVICE_CALL void follow(int places, int panels) const { decoder_.forward(given(places, panels)); }

    // After it, misfit = -log p(x|z); Gradient: that of the sum of weight x misfit too, in the head's parameters, the decoder's
    // states and z.
    MC_HOST_DEVICE_CALL void compare(Sweep sweep, int places, int panels) const {
        head_.run(sweep, tokens(places, panels), decoder_.state(1, panels), m_.latent.z, m_.latent.weight,
                  m_.latent.misfit, m_.d_states, m_.latent.dz);
    }

    // After all of them, with Sweep::gradient: adds what is left of the gradient of the sum over the tile of weight (misfit + beta kl).
    MC_HOST_DEVICE_CALL void reverse(double beta, int places, int panels) const {
        decoder_.reverse(given(places, panels), m_.d_states, nullptr);
        latent_.reverse(beta, panels);
        layers_.add_gradient(m_.latent.d_code, rows_, encoder_.state(places, panels), width_, panels,
                             m_.gradient + at_.code, m_.gradient + at_.code_biases);
        layers_.apply_transposed(m_.code_packed_transposed, rows_, width_, m_.latent.d_code, panels, m_.d_last,
                                 Into::new_values);
        encoder_.reverse(tokens(places, panels), nullptr, m_.d_last);
    }

    // After the last tile.
    MC_HOST_DEVICE void finish_gradient() const { head_.finish_gradient(); }

    // Logits of the token after place t of the given tokens, (panels, v, lanes) a chunk of panels at a time: told(first, count,
    // logits). In the order of places from 0.
    template <class Told>
    MC_HOST_DEVICE void next_logits(int t, int panels, const Told& told) const {
        const Places<T> places = given(t + 1, panels);
        if (t == 0) decoder_.start(panels);
        decoder_.take(places, t, 1);
        decoder_.advance(places, t);
        for (int first = 0; first < panels; first += head_.chunk_panels()) {
            const int count = panels - first < head_.chunk_panels() ? panels - first : head_.chunk_panels();
            head_.forward(decoder_.state(t + 1, panels), m_.latent.z, first, count, panels);
            told(first, count, head_.logits());
        }
    }

    MC_HOST_DEVICE static long at(int p, int rows, int r) { return Layers::at(p, rows, r); }

private:
    MC_HOST_DEVICE Places<T> tokens(int places, int panels) const { return {m_.tokens, m_.lengths, places, panels}; }
    MC_HOST_DEVICE Places<T> given(int places, int panels) const {
        return {m_.given_tokens, m_.lengths, places, panels};
    }

    const Memory<T>& m_;
    Layout at_;
    Layers layers_;
    Lstm<Layers> encoder_, decoder_;
    HeadPass<Layers> head_;
    vae::Problem latent_problem_;
    vae::Latent<Layers> latent_;
    int rows_, width_;
};

}  // namespace modecollapse::sequence
