// Everything that the trajectories of one ensemble of K components share, passed by value to a kernel: COMPONENTS. Built
// and validated by host/components.
//
// Target p = sum_k om_k N(nu_k, I_d), k = 1..K*; family q = sum_i w_i N(mu_i, v_i I_d), i = 1..K, v_i = 1 unless trained;
// objective F_beta = E_q[log q] - beta E_q[log p].
#pragma once

#include <cstdint>

#include "modecollapse/target/tempering.hpp"

namespace modecollapse::components {

inline constexpr int most_components = 64;  // of K and of K*

// flow: gradient flow; sgd: stochastic gradient descent, exactly in law at a cost independent of d where d > K + r;
// sgd_full: the same in R^d.
enum class Dynamics { flow, sgd, sgd_full };
inline constexpr const char* dynamics_names[] = {"flow", "sgd", "sgd-full"};

enum class Weights { fixed, softmax, fisher_rao };
inline constexpr const char* weights_names[] = {"fixed", "softmax", "fisher-rao"};

// Of log v_i, from 0 on: not trained; by the gradient in the Euclidean metric; or in the Fisher metric of a Gaussian, d/2.
enum class Variances { fixed, euclidean, fisher_rao };
inline constexpr const char* variances_names[] = {"fixed", "euclidean", "fisher-rao"};

// fixed: every mean stays on the sphere on which it starts.
enum class Radii { fixed, free };
inline constexpr const char* radii_names[] = {"fixed", "free"};

// How expectations are taken (expectation.hpp).
struct Rule {
    double logs = 16.0;            // log(1/error) of the product rules
    double reach = 5.3;            // their nodes lie within this many standard deviations
    int count = 0;                 // nodes of the fixed set for ranks above 2
    const double* node = nullptr;  // (count, rank); with trained variances of q's (count, K + 1): variances.hpp
};

// Expectations of p over the place of a component (target_table.hpp).
struct TargetTable {
    static constexpr int most_axes = 2;
    int functions = 0;                         // shares of the modes from the second on, and the logarithm; 0: no table
    const double* value = nullptr;             // (count[0], count[1], functions): coefficients of the splines
    int count[most_axes] = {1, 1};             // of splines along an axis, five more than cells
    double low[most_axes] = {0.0, 0.0};        // corner of the box
    double inverse_step = 1.0;                 // of the lattice
    int anchor[most_axes] = {0, 0};            // modes whose differences from the first tell a coordinate each
    double inverse_pivot[most_axes] = {0, 0};  // 1 over the entry of the anchor's difference along its axis
};

struct Payload {
    int components = 3;                  // K
    int modes = 3;                       // K*
    int span = 1;                        // r, rank of the modes
    int rank = 1;                        // of their differences nu_k - nu_1
    double dimension = 100.0;            // d >= r
    const double* mode = nullptr;        // (K*, r): nu_k in an orthonormal basis of their span
    const double* gram = nullptr;        // (K*, K*): G
    const double* difference = nullptr;  // (K*, rank): nu_k - nu_1 in a basis of their own
    const double* log_target = nullptr;  // (K*): log om_k
    const double* log_weight = nullptr;  // (K): log w_i at the start
    const double* near = nullptr;        // (K*): a component sits on mode k within this squared distance
    Rule own = {}, target = {};          // of q, of p
    TargetTable table = {};
    Radii radii = Radii::fixed;
    Weights weights = Weights::fixed;
    Variances variances = Variances::fixed;
    Dynamics dynamics = Dynamics::flow;
    bool compiled_sizes = true;  // false: the program of any sizes for small ones too (sizes.hpp)
    double start_radius = 0.0;   // means start uniform on this sphere; 0: as normal ones
    double start_scale = 1.0;    // standard deviation of their coordinates then
    double mode_size = 1.0;      // largest |nu_k|, or 1
    double horizon = 200.0;      // T
    double beta = 1.0;
    Annealing annealing = {};
    double annealing_end = 0.0;
    double weight_floor = 0.05;   // a component counts from 2/K of this on
    double tolerance = 1e-7;      // flow: relative error a step
    double maximum_steps = 1e6;   // flow: attempts; used up before the horizon: failed
    double learning_rate = 0.01;  // eta; t = eta x steps
    std::uint64_t batch = 10;     // B a component
    std::uint64_t steps = 0;      // sgd: floor(T / eta)

    // log( om_k exp(-|nu_k|^2 / 2) ), of mode k among the others at x = 0.
    MC_HOST_DEVICE double logit_of_mode(int k) const { return log_target[k] - 0.5 * gram[k * modes + k]; }
};

// What whoever takes long asks: is the state that is being worked on given up? It tells how many units of work have been
// done since it last asked. After true, what is being computed means nothing. On a GPU nobody can tell.
struct NeverGivenUp {
    MC_HOST_DEVICE bool operator()(std::uint64_t) const { return false; }
};

MC_HOST_DEVICE bool trains_variances(const Payload& problem) { return problem.variances != Variances::fixed; }

// Axes of the frame in which sgd holds means and modes: of span(nu, mu), or all.
MC_HOST_DEVICE int frame_size(const Payload& problem) {
    const double axes = problem.span + problem.components;
    return static_cast<int>(problem.dynamics == Dynamics::sgd_full ? problem.dimension : min(axes, problem.dimension));
}

}  // namespace modecollapse::components
