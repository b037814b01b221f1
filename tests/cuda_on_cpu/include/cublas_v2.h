// Stands in the place of cuBLAS's header where the tests run kernels on the CPU: strided-batched products, by Eigen.
#pragma once

#include <Eigen/Core>

#include <cuda_runtime.h>

struct cublasContext {};
using cublasHandle_t = cublasContext*;
enum cublasStatus_t { CUBLAS_STATUS_SUCCESS, CUBLAS_STATUS_INVALID_VALUE };
enum cublasOperation_t { CUBLAS_OP_N, CUBLAS_OP_T };
enum cublasMath_t { CUBLAS_PEDANTIC_MATH = 2 };

inline const char* cublasGetStatusString(cublasStatus_t status) {
    return status == CUBLAS_STATUS_SUCCESS ? "success" : "an invalid value or host memory";
}
inline cublasStatus_t cublasCreate(cublasHandle_t* handle) {
    *handle = new cublasContext;
    return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasSetStream(cublasHandle_t, cudaStream_t stream) {
    return stream == cudaStreamPerThread ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}
inline cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t) { return CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasSetWorkspace(cublasHandle_t, void* workspace, std::size_t bytes) {
    return modecollapse::cuda_on_cpu::on_device(workspace, bytes) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}
inline cublasStatus_t cublasDestroy(cublasHandle_t handle) {
    delete handle;
    return CUBLAS_STATUS_SUCCESS;
}

namespace modecollapse::cuda_on_cpu {

// C_i <- alpha op(A_i) op(B_i) + beta C_i, column-major, for i < batch; op(A): (m, k), op(B): (k, n). Leading dimensions as cuBLAS asks.
template <class T>
cublasStatus_t product(cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k, T alpha, const T* a, int lda, long long sa, const T* b,
                       int ldb, long long sb, T beta, T* c, int ldc, long long sc, int batch) {
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
    using Stride = Eigen::OuterStride<>;
    const bool na = ta == CUBLAS_OP_N, nb = tb == CUBLAS_OP_N;
    if (m < 0 || n < 0 || k < 0 || lda < (na ? m : k) || ldb < (nb ? k : n) || ldc < m) return CUBLAS_STATUS_INVALID_VALUE;
    const auto extent = [](int ld, int columns, int rows) { return sizeof(T) * (static_cast<std::size_t>(ld) * (columns - 1) + rows); };
    const DeviceAccess access;
    for (int i = 0; i < batch; ++i, a += sa, b += sb, c += sc) {
        if (!on_device(a, extent(lda, na ? k : m, na ? m : k)) || !on_device(b, extent(ldb, nb ? n : k, nb ? k : n)) ||
            !on_device(c, extent(ldc, n, m)))
            return CUBLAS_STATUS_INVALID_VALUE;
        const Eigen::Map<const Matrix, 0, Stride> left(a, na ? m : k, na ? k : m, Stride(lda)), right(b, nb ? k : n, nb ? n : k, Stride(ldb));
        Eigen::Map<Matrix, 0, Stride> result(c, m, n, Stride(ldc));
        const Matrix la = na ? Matrix(left) : Matrix(left.transpose()), rb = nb ? Matrix(right) : Matrix(right.transpose());
        if (beta == T(0))
            result = alpha * (la * rb);  // as cuBLAS does: what stood there is not read
        else
            result = beta * result + alpha * (la * rb);
    }
    return CUBLAS_STATUS_SUCCESS;
}

template <class... Arguments>
cublasStatus_t product_in_stream(Arguments... arguments) {
    const auto work = [=] { return product(arguments...) == CUBLAS_STATUS_SUCCESS ? cudaSuccess : cudaErrorInvalidValue; };
    return in_stream(work) == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

}  // namespace modecollapse::cuda_on_cpu

inline cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                                                const float* alpha, const float* a, int lda, long long sa, const float* b, int ldb,
                                                long long sb, const float* beta, float* c, int ldc, long long sc, int batch) {
    return modecollapse::cuda_on_cpu::product_in_stream(ta, tb, m, n, k, *alpha, a, lda, sa, b, ldb, sb, *beta, c, ldc, sc, batch);
}
inline cublasStatus_t cublasDgemmStridedBatched(cublasHandle_t, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                                                const double* alpha, const double* a, int lda, long long sa, const double* b, int ldb,
                                                long long sb, const double* beta, double* c, int ldc, long long sc, int batch) {
    return modecollapse::cuda_on_cpu::product_in_stream(ta, tb, m, n, k, *alpha, a, lda, sa, b, ldb, sb, *beta, c, ldc, sc, batch);
}
