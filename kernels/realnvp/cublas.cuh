// What runs a wave of large RealNVP networks (wave.hpp) on a CUDA device: phases by one kernel, products by cuBLAS.
//
// Every product is one strided-batched call over all members of the wave. cuBLAS chooses its algorithm by the size of
// the batch too, and with it the order of sums: so a wave always has the same number of members, whatever is asked for
// (products_wave), and a member's bits do not depend on its neighbours. Products in single precision stay in single
// precision (no TF32).
#pragma once

#include <cublas_v2.h>

#include <array>

#include "kernels/realnvp/device.cuh"
#include "kernels/realnvp/wave.hpp"

namespace modecollapse {
namespace {

// A team of all threads of a member's blocks.
struct SliceTeam {
    int slices;
    __device__ int index() const { return static_cast<int>((blockIdx.x % slices) * blockDim.x + threadIdx.x); }
    __device__ int size() const { return static_cast<int>(slices * blockDim.x); }
    __device__ void sync() const {}  // nobody waits inside a phase
};

template <class T, TargetKind target>
__global__ void __launch_bounds__(member_threads)
    phase_kernel(const __grid_constant__ RealnvpProblem problem, WaveMemory<T> wave, std::uint64_t seed,
                 std::uint64_t first, int slices, const __grid_constant__ RealnvpPhase phase, MemberState* states,
                 RealnvpSums* sums, double* samples) {
    const unsigned int member = blockIdx.x / slices;
    const RealnvpMemory<T> m = wave.of_member(member);
    const SliceTeam team = {slices};
    const RealnvpBlock<T, SliceTeam, PhiloxWords, target> block(problem, m, seed, first + member, team, {});
    run_phase(phase, problem, m, block, team, states[member], sums[member],
              samples + numbers_of_a_sample(problem) * member * problem.evaluation_samples);
}

// Numbers of work items of a member in a phase, to choose how many threads it gets.
inline std::uint64_t phase_items(const RealnvpPhase& phase, const RealnvpShape& shape) {
    switch (phase.kind) {
        case RealnvpPhaseKind::activate:
            return phase.count * matrix_outputs(shape, phase.matrix);
        case RealnvpPhaseKind::deactivate:
            return phase.count * shape.width;
        case RealnvpPhaseKind::clear:
        case RealnvpPhaseKind::square_gradient:
        case RealnvpPhaseKind::descend:
            return RealnvpSums::partial_sums;
        case RealnvpPhaseKind::fold_squares:
        case RealnvpPhaseKind::fold_defects:
        case RealnvpPhaseKind::loss:
        case RealnvpPhaseKind::end_step:
            return 1;
        default:
            return phase.count;
    }
}

inline void check_cublas(cublasStatus_t status, const char* call) {
    if (status != CUBLAS_STATUS_SUCCESS)
        throw std::runtime_error(std::string(call) + ": " + cublasGetStatusString(status));
}

inline cublasStatus_t gemm(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb, const BatchedProduct<float>& p,
                           long long sa, long long sb, int batch) {
    const float one = 1.0f;
    return cublasSgemmStridedBatched(h, ta, tb, p.rows, p.columns, p.inner, &one, p.a, p.lda, sa, p.b, p.ldb, sb,
                                     &p.beta, p.c, p.ldc, sa, batch);
}
inline cublasStatus_t gemm(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb,
                           const BatchedProduct<double>& p, long long sa, long long sb, int batch) {
    const double one = 1.0;
    return cublasDgemmStridedBatched(h, ta, tb, p.rows, p.columns, p.inner, &one, p.a, p.lda, sa, p.b, p.ldb, sb,
                                     &p.beta, p.c, p.ldc, sa, batch);
}

template <class T>
class CublasMachine {
public:
    CublasMachine(const RealnvpProblem& problem, const WaveMemory<T>& wave, int members, MemberState* states,
                  double* samples)
        : problem_(problem), wave_(wave), members_(members), states_(states), samples_(samples), sums_(members) {
        check_cublas(cublasCreate(&handle_), "cublasCreate");
        check_cublas(cublasSetStream(handle_, gpu::stream()), "cublasSetStream");
        // no narrower or emulated arithmetic, whatever the library's defaults become, and always the same room to work in
        check_cublas(cublasSetMathMode(handle_, CUBLAS_PEDANTIC_MATH), "cublasSetMathMode");
        check_cublas(cublasSetWorkspace(handle_, workspace_.data(), workspace_.size()), "cublasSetWorkspace");
    }
    CublasMachine(const CublasMachine&) = delete;
    CublasMachine& operator=(const CublasMachine&) = delete;
    ~CublasMachine() { cublasDestroy(handle_); }

    void of(std::uint64_t seed, std::uint64_t first) {
        seed_ = seed;
        first_ = first;
    }

    void phase(const RealnvpPhase& phase) {
        constexpr std::uint64_t most_slices = 64;
        const std::uint64_t wanted = gpu::ceiling_of_quotient(phase_items(phase, problem_.shape), member_threads);
        const auto slices = static_cast<unsigned int>(wanted < most_slices ? wanted : most_slices);
        const auto kernel =
            problem_.modes.count > 0 ? phase_kernel<T, TargetKind::any> : phase_kernel<T, TargetKind::bimodal>;
        gpu::enqueue("phase_kernel", {static_cast<unsigned int>(members_) * slices, member_threads}, kernel, problem_,
                     wave_, seed_, first_, static_cast<int>(slices), phase, states_, sums_.data(), samples_);
    }

    void product(const BatchedProduct<T>& p) {
        const auto stride = static_cast<long long>(wave_.stride / sizeof(T));
        check_cublas(gemm(handle_, p.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N, p.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N,
                          p, stride, p.shared_b ? 0 : stride, members_),
                     "cublasGemmStridedBatched");
    }

private:
    const RealnvpProblem& problem_;
    WaveMemory<T> wave_;
    int members_;
    MemberState* states_;
    double* samples_;
    gpu::DeviceBuffer<RealnvpSums> sums_;
    gpu::DeviceBuffer<unsigned char> workspace_{std::size_t{32} << 20};  // what cuBLAS recommends from Hopper on
    cublasHandle_t handle_ = nullptr;
    std::uint64_t seed_ = 0, first_ = 0;
};

// All that a wave of `members` members with large networks needs beside its memory.
template <class T>
class ProductWave {
public:
    ProductWave(const RealnvpProblem& problem, const WaveMemory<T>& wave, std::uint64_t members, MemberState* states,
                double* samples)
        : ones_(tile_samples(problem.shape, problem.batch)),
          machine_(problem, wave, static_cast<int>(members), states, samples),
          wave_(problem, wave.first, ones_.data(), machine_) {
        const std::vector<T> ones(ones_.size(), T(1));
        ones_.upload(ones.data(), ones.size());
    }

    // Members `first` .. take `count` steps, those that have not made `until` yet. A step is some 170 launches, of which nothing
    // changes from one to the next: they are recorded once. The very first step is not, as libraries load their code in it.
    void train(std::uint64_t seed, std::uint64_t first, std::uint64_t count, std::uint64_t until) {
        machine_.of(seed, first);
        const std::array<std::uint64_t, 3> asked = {seed, first, until};
        const auto step = [&] { wave_.step(until); };
        for (std::uint64_t i = 0; i < count; ++i) {
            if (!has_stepped_) {
                step();
                has_stepped_ = true;
                continue;
            }
            if (step_.is_empty() || asked != recorded_) {
                step_ = gpu::Recording("train_by_products", step);
                recorded_ = asked;
            }
            step_.run();
        }
        gpu::wait("train_by_products");
    }
    void sample(std::uint64_t seed, std::uint64_t first) {
        machine_.of(seed, first);
        wave_.sample();
        gpu::wait("sample_by_products");
    }

private:
    gpu::DeviceBuffer<T> ones_;
    CublasMachine<T> machine_;
    RealnvpWave<T, CublasMachine<T>> wave_;
    gpu::Recording step_;
    std::array<std::uint64_t, 3> recorded_ = {};  // seed, first member and last step of the recording
    bool has_stepped_ = false;
};

}  // namespace
}  // namespace modecollapse
