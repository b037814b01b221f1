// What a CUDA device can do at most, and a plain solver on it: kernels that bench/gpu_benchmark.cpp sets the engine
// against.
//
// Every function runs its kernel on device 0 and waits for its end. Throws std::runtime_error with the CUDA error's
// text.
#pragma once

#include <cstdint>
#include <vector>

#include "modecollapse/gradient_flow/field.hpp"

namespace modecollapse::bench {

// Fused multiply-adds in registers, independent chains on every thread; returns their number.
double gpu_multiply_adds(bool single, int rounds);

// Normals drawn by the engine's generator and only added up: `blocks` blocks of four on each of `threads` threads;
// returns their number.
double gpu_normals(std::uint64_t seed, std::uint64_t threads, std::uint64_t blocks);

// Device memory copied to device memory, `repetitions` times; returns the bytes read and written.
class GpuCopy {
public:
    explicit GpuCopy(std::size_t bytes);
    ~GpuCopy();
    GpuCopy(const GpuCopy&) = delete;
    GpuCopy& operator=(const GpuCopy&) = delete;
    double operator()(int repetitions) const;

private:
    void *from_, *to_;
    std::size_t bytes_;
};

// The classical Runge-Kutta method of order 4 with fixed steps, a thread a trajectory, as ensemble solvers on GPUs do
// it: no step control, no end before the horizon. Double precision, on the engine's fast expectations.
class GpuRungeKutta {
public:
    GpuRungeKutta(const GradientFlow& flow, const std::vector<OrderParameters<double>>& starts);
    ~GpuRungeKutta();
    GpuRungeKutta(const GpuRungeKutta&) = delete;
    GpuRungeKutta& operator=(const GpuRungeKutta&) = delete;
    // From time 0 to `horizon`; the states stay on the device.
    void run(double horizon, int steps) const;
    std::vector<OrderParameters<double>> ends(std::size_t count) const;

private:
    GradientFlow flow_;
    std::size_t count_;
    OrderParameters<double>*starts_, *ends_;
};

}  // namespace modecollapse::bench
