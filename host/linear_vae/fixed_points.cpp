#include "host/linear_vae/fixed_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/linear_vae/learned_value.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse::linear_vae {
namespace {

double least_loss(const Payload& p, const AlignedDirection& latent) {
    return -0.5 * latent.eigenvalue * latent.squared / latent.whole +
           0.5 * p.kl_weight.end * std::log(latent.whole / p.kl_weight.end);
}

bool learns(const Payload& p, double v) { return p.inverse_lipschitz > 0.0 || v > p.kl_weight.end; }

FixedPoint fixed_point(const Payload& p, int signals, int noises) {
    std::vector<AlignedDirection> latents(static_cast<std::size_t>(signals), latent_on(p, total_variance(p)));
    latents.insert(latents.end(), static_cast<std::size_t>(noises), latent_on(p, p.noise_variance));
    latents.resize(static_cast<std::size_t>(p.latent), latent_on(p, nothing_learned));
    FixedPoint result = {signals, noises, 0.0, -std::numeric_limits<double>::infinity()};
    for (const AlignedDirection& latent : latents) {
        result.kl += latent.kl;
        for (const double v : {total_variance(p), p.noise_variance})
            if (v > 0.0 && (v == p.noise_variance || signals < p.signal))
                result.escape_rate = std::max(result.escape_rate, overlap_rate(v, latent, p.weight_decay));
    }
    return result;
}

// A direction at s^2, with its encoder at rest.
AlignedDirection resting(const Payload& p, double v, double squared) {
    const double beta = p.kl_weight.end, lam = p.weight_decay, whole = squared + beta;
    const double kept = lam == 0.0 ? 1.0 : v * whole / (v * whole + lam);  // of the encoder, under weight decay
    const double d = beta / whole, exact = std::sqrt(squared) / whole;     // gain of the exact posterior
    const double gain = kept * exact, activity = gain * gain * v;
    return {v,
            squared,
            d,
            gain,
            activity,
            0.5 * (d + activity - 1.0 - std::log(d)),
            exact * exact * v + squared * squared / (beta * whole),
            squared > 0.0 ? kept * v : beta * (1.0 + lam),
            whole};
}

// Loss of a sample, weight decay included, above that of a direction that has learned nothing.
double decayed_loss(const Payload& p, const AlignedDirection& latent) {
    const double s = std::sqrt(latent.squared), left = 1.0 - s * latent.gain;
    return 0.5 * (latent.eigenvalue * (left * left - 1.0) + latent.encoder_variance * latent.squared +
                  p.weight_decay * (latent.squared + latent.gain * latent.gain)) +
           p.kl_weight.end * latent.kl;
}

}  // namespace

AlignedDirection latent_on(const Payload& p, double v) {
    const double learned = learned_squared(p, v), least = p.inverse_lipschitz * p.inverse_lipschitz;
    if (p.weight_decay == 0.0) return resting(p, v, std::max(learned, least));
    const AlignedDirection low = resting(p, v, least), high = resting(p, v, std::max(learned, least));
    return decayed_loss(p, high) < decayed_loss(p, low) ? high : low;
}

AlignedDirection most_learned(const Payload& p, double v) {
    return resting(p, v, std::max(learned_squared(p, v), p.inverse_lipschitz * p.inverse_lipschitz));
}

double overlap_rate(double v, const AlignedDirection& latent, double lam) {
    const double decay = latent.held / latent.whole, trace = decay + latent.whole * v + lam;
    // the root without the cancellation near v = c
    const double product = v * (v - latent.held) - lam * decay;
    return 2.0 * product / (trace + std::sqrt(trace * trace + 4.0 * product));
}

std::vector<AlignedDirection> aligned_optimum(const Payload& p) {
    std::vector<AlignedDirection> result;
    for (int i = 0; i < p.latent; ++i)
        result.push_back(latent_on(p, i < p.signal ? total_variance(p) : p.noise_variance));
    return result;
}

std::vector<FixedPoint> fixed_points(const Payload& p) {
    require(p.weight_decay == 0.0, "the closed form with weight-decay", p.weight_decay, "0");
    require(p.dynamics == Dynamics::flow, "the closed form with a learning rate", "dynamics flow");
    const int most = learns(p, total_variance(p)) && p.signal_variance > 0.0 ? std::min(p.latent, p.signal) : 0;
    std::vector<FixedPoint> result;
    for (int signals = 0; signals <= most; ++signals) {
        const int rest = p.latent - signals;
        // a stretched latent lies on something
        const int least = p.inverse_lipschitz > 0.0 ? rest : 0, largest = learns(p, p.noise_variance) ? rest : 0;
        for (int noises = least; noises <= largest; ++noises) result.push_back(fixed_point(p, signals, noises));
    }
    return result;
}

StableEnd stable_end(const Payload& p) {
    const double a = total_variance(p), eta = p.noise_variance, beta = p.kl_weight.end;
    if (p.dynamics != Dynamics::flow || p.weight_decay != 0.0 || !(p.kl_weight.rises_until() < p.horizon)) return {};
    const AlignedDirection on_signal = latent_on(p, a), on_noise = latent_on(p, eta);
    const int signals = std::min(p.latent, p.signal), others = p.latent - signals;
    StableEnd end;
    end.kl_weight = beta;
    end.signal = signals * on_signal.squared;
    end.gram = end.signal + others * on_noise.squared;
    end.loss = signals * least_loss(p, on_signal) + others * least_loss(p, on_noise);
    end.near = p.tolerance * std::max({a, beta, 1.0}) * p.latent;
    // what the loss must tell apart: a signal exchanged for noise; a direction learned or not
    double gap = std::numeric_limits<double>::infinity();
    if (end.signal > 0.0) gap = std::min(gap, least_loss(p, on_noise) - least_loss(p, on_signal));
    if (others > 0 && on_noise.squared > 0.0 && p.inverse_lipschitz == 0.0)
        gap = std::min(gap, -least_loss(p, on_noise));
    const bool marginal = p.inverse_lipschitz == 0.0 &&
                          (std::abs(a - beta) < 1e-3 * beta || (others > 0 && std::abs(eta - beta) < 1e-3 * beta));
    if (marginal || !(gap > 20.0 * end.near)) end.near = 0.0;
    return end;
}

}  // namespace modecollapse::linear_vae
