// There is no CUDA backend for flows yet: this stands in for it in every build, so that the host need not know.
#include <stdexcept>

#include "kernels/realnvp_ensemble.hpp"

namespace modecollapse {

RealnvpCounts run_realnvp_on_cuda(const RealnvpTask&, const CudaOptions&) {
    throw std::runtime_error("RealNVP flows run on the CPU only in this version (allowed: --backend cpu)");
}

}  // namespace modecollapse
