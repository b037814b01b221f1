// A variational autoencoder with an inverse-Lipschitz decoder [Wang, Blei, Cunningham, arXiv 2301.00537; Kinoshita and others,
// arXiv 2304.12770]: everything that the members of one ensemble share. POSTERIOR part B.
//
//   prior     z ~ N(0, I_l); with c clusters y uniform on 0 .. c - 1, z | y ~ N(a_y, diag e^{b_y}), a and b trained
//   decoder   mlp      f(z) = network(z)
//             linear   f(z) = W z + b, the singular values of W lifted to at least L after each step and at the start
//             brenier  f(z) = T2(E T1(z)),  T_i(v) = grad psi_i(v) + L_i v,  E: the first l of t coordinates (l <= t)
//   data      gaussian p(x|z) = N(f(z), s_x^2 I), s_x fixed or trained;  bernoulli, logits f(z)
//   encoder   q(z|x) = N(m(x), diag e^{s(x)}), (m, s) = network(x); with clusters m_y and s_y for each y, and the logits of
//             q(y|x): one network for all
//   objective, of a batch of B data and one z_y = m_y + e^{s_y/2} eps for each and each y:
//             mean of  sum_y q(y|x) [ -log p(x|z_y) + beta_n KL(q(z|x,y) || p(z|y)) ] + beta_n KL(q(y|x) || p(y))
#pragma once

#include "modecollapse/training/kl_weight.hpp"
#include "modecollapse/training/optimizer.hpp"
#include "modecollapse/vae/convex_shape.hpp"
#include "modecollapse/vae/network_shape.hpp"

namespace modecollapse::vae {

enum class Decoder { mlp = 0, brenier = 1, linear = 2 };
inline constexpr const char* decoder_names[] = {"mlp", "brenier", "linear"};

enum class Likelihood { gaussian = 0, bernoulli = 1 };
inline constexpr const char* likelihood_names[] = {"gaussian", "bernoulli"};

enum class Spread { fixed = 0, trained = 1 };  // s_x of the gaussian likelihood
inline constexpr const char* spread_names[] = {"fixed", "trained"};

// toy: half from N((0,0), s^2 I), half from N((10,10), s^2 I)                                               [K23]
// pinwheel: five arms; radius 1 + .3 n1, angle 2 pi k/5 + e^{radius} / 4, .1 n2 across it
// linear: N(0, rho P + eta I_t), P the projection on m directions: the first m coordinates, or others (POSTERIOR part A)
// table: rows that somebody holds, each equally likely at every step
enum class DataLaw { toy = 0, pinwheel = 1, linear = 2, table = 3 };
inline constexpr const char* data_names[] = {"toy", "pinwheel", "linear"};  // the laws that need no more than a name

enum class Axes { coordinate = 0, random = 1 };  // the directions of linear data's signal
inline constexpr const char* axes_names[] = {"coordinate", "random"};

// What a datum of a table is: its numbers, or a draw of 0 or 1 for each, with these probabilities, whenever it is met.
enum class Pixels { numbers = 0, sampled = 1 };

struct Data {
    DataLaw law = DataLaw::toy;
    double scale = 2.5;        // toy: s; linear: sqrt(rho)
    double noise = 1.0;        // linear: sqrt(eta)
    std::uint32_t signal = 1;  // linear: m, of the first coordinates
    std::uint64_t size = 0;  // points a training sees, drawn once; 0: fresh ones at every step; table: rows of `points`
    const double* points = nullptr;                 // table: (size, t), trained on
    const double* held_out_points = nullptr;        // table: (held_out, t)
    const std::int64_t* held_out_labels = nullptr;  // table: (held_out), 0 .. label_kinds - 1, or null
    std::uint32_t label_kinds = 0;                  // table
    Pixels pixels = Pixels::numbers;                // table
    // linear, of a signal that is not in coordinates: signal is 0, and these are
    const double* directions = nullptr;  // (turned, t), orthonormal rows
    std::uint32_t turned = 0;            // their number m
    double stretch = 1.0;                // sqrt(rho + eta) / sqrt(eta)
};

// Standard deviation of linear data along a direction with a signal: sqrt(rho + eta).
MC_HOST_DEVICE double signal_deviation(const Data& data) {
    return sqrt(fma(data.scale, data.scale, data.noise * data.noise));
}

// The signal of linear data along as many directions, (signal, t), in place of the first coordinates.
inline void turn_signal(Data& data, const double* directions) {
    data.directions = directions;
    data.turned = data.signal;
    data.signal = 0;
    data.stretch = signal_deviation(data) / data.noise;
}

// Classes that data are drawn from; 0: none.
MC_HOST_DEVICE std::uint32_t label_count(const Data& data) {
    if (data.law == DataLaw::table) return data.label_kinds;
    return data.law == DataLaw::toy ? 2 : data.law == DataLaw::pinwheel ? 5 : 0;
}

enum class Approach { linear = 0, exponential = 1 };
inline constexpr const char* approach_names[] = {"linear", "exponential"};

// L from a start value to its end within a time (in steps); exponential: L0 (L/L0)^{n/time}.
struct InverseLipschitz {
    double first = 0.0, second = 0.0;  // L1, L2 at the end; linear: L, 1
    double initial = 0.0;              // of both, at the start
    double time = 0.0;                 // 0: no schedule
    Approach approach = Approach::linear;

    MC_HOST_DEVICE double at(double end, double step) const {
        if (!(step < time)) return end;
        const double share = step / time;
        if (approach == Approach::linear) return initial + (end - initial) * share;
        return initial * exp(share * log(end / initial));
    }
};

struct Problem {
    std::uint32_t latent = 2, dimension = 2;  // l, t
    std::uint32_t clusters = 0;               // c of the prior; 0: none
    NetworkShape encoder;                     // t -> 2 l; with clusters t -> c (2 l + 1)
    Decoder decoder = Decoder::brenier;
    NetworkShape network;               // mlp, linear: l -> t
    ConvexShape first_map, second_map;  // brenier
    InverseLipschitz inverse_lipschitz;
    Likelihood likelihood = Likelihood::gaussian;
    Spread spread = Spread::fixed;
    double likelihood_sd = 1.0;  // s_x; trained: at the start
    KlWeight kl_weight;          // over steps
    Data data;
    OptimizerSettings optimizer;
    std::uint64_t batch = 64, steps = 2000, held_out = 1000;
    double activity_floor = 0.01, information_floor = 0.01;
    std::uint32_t informative_directions = 1;
    std::uint64_t exact_data = 100;     // held-out data whose exact posterior is computed; 0: none
    std::uint64_t exact_samples = 256;  // latent samples a datum where it is sampled, and of the likelihood
};

// Classes of the latent variable: 1 without clusters.
MC_HOST_DEVICE std::uint32_t classes_of(const Problem& problem) { return problem.clusters > 0 ? problem.clusters : 1; }

// The inverse-Lipschitz constant of the decoder as of a step; mlp: 0.
MC_HOST_DEVICE double decoder_constant(const Problem& problem, double step) {
    const InverseLipschitz& l = problem.inverse_lipschitz;
    if (problem.decoder == Decoder::mlp) return 0.0;
    if (problem.decoder == Decoder::linear) return l.at(l.first, step);
    return l.at(l.first, step) * l.at(l.second, step);
}

// Rows of the encoder's output.
MC_HOST_DEVICE std::uint32_t code_rows(std::uint32_t latent, std::uint32_t clusters) {
    return clusters > 0 ? clusters * (2 * latent + 1) : 2 * latent;
}

// Where the parameters of a member lie: encoder, decoder (its network; brenier: psi1, psi2), the prior's
// a (c, l) and b (c, l) if it has clusters, log s_x^2.
struct Layout {
    std::uint64_t encoder, network, first_map, second_map, prior, log_variance, count;
};

MC_HOST_DEVICE Layout layout_of(const Problem& problem) {
    Layout at = {};
    at.network = at.first_map = at.encoder + parameter_count(problem.encoder);
    if (problem.decoder != Decoder::brenier) {
        at.second_map = at.prior = at.network + parameter_count(problem.network);
    } else {
        at.second_map = at.first_map + parameter_count(problem.first_map);
        at.prior = at.second_map + parameter_count(problem.second_map);
    }
    at.log_variance = at.prior + std::uint64_t{2} * problem.clusters * problem.latent;
    at.count = at.log_variance + 1;
    return at;
}

}  // namespace modecollapse::vae
