#include "bench/gpu_parts.hpp"

#include "kernels/device/curand.cuh"
#include "kernels/device/launch.cuh"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse::bench {
namespace {

constexpr unsigned int threads = 256;

template <class T>
__global__ void multiply_add_kernel(int rounds, T* out) {
    constexpr int chains = 8;
    T x[chains];
    for (int i = 0; i < chains; ++i) x[i] = T(1) + T(threadIdx.x + i) * T(1e-3);
    for (int round = 0; round < rounds; ++round)
        for (T& value : x) value = fma(value, T(0.999), T(1e-3));  // fixed point 1: no subnormals, no overflow
    T sum = T(0);
    for (const T value : x) sum += value;
    out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

template <class T>
double multiply_adds(int rounds) {
    constexpr unsigned int blocks = 4096;
    const gpu::DeviceBuffer<T> out(blocks * threads);
    gpu::launch("multiply_add_kernel", {blocks, threads}, multiply_add_kernel<T>, rounds, out.data());
    return 8.0 * rounds * blocks * threads;
}

__global__ void normals_kernel(std::uint64_t seed, std::uint64_t count, std::uint64_t blocks, double* out) {
    const std::uint64_t id = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (id >= count) return;
    const LaneNormals<double, PhiloxWords> normals(PhiloxWords{}, seed, &id);
    double sum = 0.0;
    for (std::uint64_t i = 0; i < blocks; ++i) {
        const NormalBlock<double> z = normals(Purpose::sample_normals, i);
        sum += (z.value[0] + z.value[1]) + (z.value[2] + z.value[3]);
    }
    out[id] = sum;
}

__global__ void runge_kutta_kernel(const __grid_constant__ GradientFlow flow, double h, int steps, std::uint64_t count,
                                   const OrderParameters<double>* starts, OrderParameters<double>* ends) {
    using State = OrderParameters<double>;
    const std::uint64_t id = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (id >= count) return;
    const auto moved = [](const State& y, double by, const State& k) {
        return State{fma(by, k.m1, y.m1), fma(by, k.m2, y.m2), fma(by, k.u, y.u), y.weight};
    };
    State y = starts[id];
    for (int i = 0; i < steps; ++i) {
        const State k1 = flow(y, 1.0), k2 = flow(moved(y, 0.5 * h, k1), 1.0), k3 = flow(moved(y, 0.5 * h, k2), 1.0),
                    k4 = flow(moved(y, h, k3), 1.0);
        y = moved(moved(moved(moved(y, h / 6.0, k1), h / 3.0, k2), h / 3.0, k3), h / 6.0, k4);
    }
    ends[id] = y;
}

template <class T>
T* device_array(std::size_t count) {
    void* data = nullptr;
    MC_CUDA_CHECK(cudaMalloc(&data, count * sizeof(T)));
    return static_cast<T*>(data);
}

}  // namespace

double gpu_multiply_adds(bool single, int rounds) {
    return single ? multiply_adds<float>(rounds) : multiply_adds<double>(rounds);
}

double gpu_normals(std::uint64_t seed, std::uint64_t count, std::uint64_t blocks) {
    const gpu::DeviceBuffer<double> out(count);
    gpu::launch("normals_kernel", gpu::grid_for(count, threads, threads), normals_kernel, seed, count, blocks,
                out.data());
    return 4.0 * static_cast<double>(count) * static_cast<double>(blocks);
}

GpuCopy::GpuCopy(std::size_t bytes) : from_(device_array<char>(bytes)), to_(device_array<char>(bytes)), bytes_(bytes) {
    MC_CUDA_CHECK(cudaMemset(from_, 1, bytes));
}
GpuCopy::~GpuCopy() {
    cudaFree(from_);
    cudaFree(to_);
}
double GpuCopy::operator()(int repetitions) const {
    for (int i = 0; i < repetitions; ++i)
        MC_CUDA_CHECK(cudaMemcpyAsync(to_, from_, bytes_, cudaMemcpyDeviceToDevice, gpu::stream()));
    gpu::wait("copy");
    return 2.0 * static_cast<double>(bytes_) * repetitions;
}

GpuRungeKutta::GpuRungeKutta(const GradientFlow& flow, const std::vector<OrderParameters<double>>& starts)
    : flow_(flow),
      count_(starts.size()),
      starts_(device_array<OrderParameters<double>>(count_)),
      ends_(device_array<OrderParameters<double>>(count_)) {
    MC_CUDA_CHECK(cudaMemcpy(starts_, starts.data(), count_ * sizeof starts[0], cudaMemcpyHostToDevice));
}
GpuRungeKutta::~GpuRungeKutta() {
    cudaFree(starts_);
    cudaFree(ends_);
}
void GpuRungeKutta::run(double horizon, int steps) const {
    gpu::launch("runge_kutta_kernel", gpu::grid_for(count_, threads, threads), runge_kutta_kernel, flow_,
                horizon / steps, steps, static_cast<std::uint64_t>(count_), starts_, ends_);
}
std::vector<OrderParameters<double>> GpuRungeKutta::ends(std::size_t count) const {
    std::vector<OrderParameters<double>> result(count);
    MC_CUDA_CHECK(cudaMemcpy(result.data(), ends_, count * sizeof result[0], cudaMemcpyDeviceToHost));
    return result;
}

}  // namespace modecollapse::bench
