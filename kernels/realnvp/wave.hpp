// A wave of RealNVP members with large networks: all members at the same place of the same pass, their products in one
// batched call of a library each. The order of phases (phases.hpp) and products; what runs them is a Machine:
//
//   void phase(const RealnvpPhase&)               the phase, for every member
//   void product(const BatchedProduct<T>&)        C = op(A) op(B) + beta C, for every member
//
// Pointers are those of the first member; the others' lie the same distance apart. On the GPU the machine is cuBLAS
// (cublas.cuh), in tests Eigen.
#pragma once

#include "kernels/realnvp/phases.hpp"

namespace modecollapse {

// Column-major. C: (rows, columns), sum over `inner`. shared_b: all members have one B.
template <class T>
struct BatchedProduct {
    bool transpose_a, transpose_b;
    int rows, columns, inner;
    const T* a;
    int lda;
    const T* b;
    int ldb;
    bool shared_b;
    T beta;  // 0 or 1
    T* c;
    int ldc;
};

template <class T, class Machine>
class RealnvpWave {
public:
    // memory: of the first member. ones: (samples of a tile), all 1.
    RealnvpWave(const RealnvpProblem& problem, const RealnvpMemory<T>& memory, const T* ones, Machine& machine)
        : problem_(problem),
          shape_(problem.shape),
          ones_(ones),
          machine_(machine),
          tile_(memory.panels * lanes),
          memory_(memory),
          networks_(problem_, memory_, tile_, Alone{}) {}

    // One step of every member that is finite and has made fewer than `until`.
    void step(std::uint64_t until) {
        const bool path = problem_.estimator == Estimator::pathwise;
        phase_ = {};
        phase_.trains = true;
        phase_.until = until;
        phase_.with_score = path;
        run(RealnvpPhaseKind::clear);
        for_each_tile(problem_.batch, [&] {
            run(RealnvpPhaseKind::draw_batch);
            forward();
            run(RealnvpPhaseKind::density);
            run(RealnvpPhaseKind::loss);
            reverse();
        });
        for (const RealnvpPhaseKind kind :
             {RealnvpPhaseKind::square_gradient, RealnvpPhaseKind::fold_squares, RealnvpPhaseKind::descend,
              RealnvpPhaseKind::fold_defects, RealnvpPhaseKind::end_step})
            run(kind);
    }

    // Evaluation samples of every member.
    void sample() {
        phase_ = {};
        for_each_tile(problem_.evaluation_samples, [&] {
            run(RealnvpPhaseKind::draw_evaluation);
            forward();
            run(RealnvpPhaseKind::density);
            run(RealnvpPhaseKind::write);
        });
    }

private:
    struct Alone {
        static constexpr int index() { return 0; }
        static constexpr int size() { return 1; }
        static constexpr void sync() {}
    };
    using Networks = BlockNetworks<T, Alone>;
    static constexpr std::uint64_t lanes = Networks::sum_lanes;

    template <class Work>
    void for_each_tile(std::uint64_t samples, const Work& work) {
        for (phase_.first = 0; phase_.first < samples; phase_.first += tile_) {
            phase_.count = samples - phase_.first < tile_ ? samples - phase_.first : tile_;
            work();
        }
    }

    void run(RealnvpPhaseKind kind) {
        phase_.kind = kind;
        machine_.phase(phase_);
    }

    void forward() {
        for (phase_.layer = 0; phase_.layer < shape_.layers; ++phase_.layer) {
            run(RealnvpPhaseKind::gather);
            for (phase_.matrix = 0; phase_.matrix <= shape_.depth; ++phase_.matrix) {
                const NetworkMatrix matrix = network_matrix(shape_, phase_.layer, phase_.matrix);
                machine_.product({false, false, panels(), int(matrix.outputs), int(matrix.inputs), input(phase_.matrix),
                                  ld(), memory_.parameters + matrix.weights, int(matrix.inputs), false, T(0),
                                  phase_.matrix == shape_.depth ? networks_.output(phase_.layer)
                                                                : networks_.hidden(phase_.layer, phase_.matrix),
                                  ld()});
                run(RealnvpPhaseKind::activate);
            }
            run(RealnvpPhaseKind::couple);
            if (!phase_.with_score) continue;
            through_network();
            run(RealnvpPhaseKind::score);
        }
    }

    void reverse() {
        run(RealnvpPhaseKind::start_reverse);
        for (phase_.layer = shape_.layers; phase_.layer-- > 0;) {
            run(RealnvpPhaseKind::reverse_coupling);
            through_network();
            add_gradient();
            run(RealnvpPhaseKind::add_passive);
        }
        phase_.layer = 0;
    }

    // From delta_output to delta_hidden and delta_passive.
    void through_network() {
        for (phase_.matrix = shape_.depth + 1; phase_.matrix-- > 0;) {
            const NetworkMatrix matrix = network_matrix(shape_, phase_.layer, phase_.matrix);
            machine_.product({false, true, panels(), int(matrix.inputs), int(matrix.outputs), delta(phase_.matrix),
                              ld(), memory_.parameters + matrix.weights, int(matrix.inputs), false, T(0),
                              phase_.matrix == 0 ? memory_.delta_passive : networks_.delta_hidden(phase_.matrix - 1),
                              ld()});
            if (phase_.matrix > 0) run(RealnvpPhaseKind::deactivate);
        }
        phase_.matrix = 0;
    }

    void add_gradient() {
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape_, phase_.layer, i);
            machine_.product({true, false, int(matrix.inputs), int(matrix.outputs), panels(), input(i), ld(), delta(i),
                              ld(), false, T(1), memory_.gradient + matrix.weights, int(matrix.inputs)});
            machine_.product({true, false, int(matrix.outputs), 1, panels(), delta(i), ld(), ones_, panels(), true,
                              T(1), memory_.gradient + matrix.biases, int(matrix.outputs)});
        }
    }

    int panels() const { return Networks::padded(static_cast<int>(phase_.count)); }
    int ld() const { return static_cast<int>(tile_); }
    const T* input(std::uint32_t matrix) const {
        return matrix == 0 ? networks_.passive(phase_.layer) : networks_.hidden(phase_.layer, matrix - 1);
    }
    const T* delta(std::uint32_t matrix) const {
        return matrix == shape_.depth ? memory_.delta_output : networks_.delta_hidden(matrix);
    }

    const RealnvpProblem& problem_;
    const RealnvpShape& shape_;
    const T* ones_;
    Machine& machine_;
    std::uint64_t tile_;
    RealnvpMemory<T> memory_;
    Networks networks_;
    RealnvpPhase phase_ = {};
};

}  // namespace modecollapse
