// Stands in for sgd_ensemble.cu where the program is built without CUDA, so that host code needs no #ifdef.
#include <stdexcept>

#include "kernels/sgd_ensemble.hpp"

namespace modecollapse {

OutcomeCounts run_sampled_on_cuda(const SampledTask&, const CudaOptions&) {
    throw std::runtime_error("built without CUDA (configure with -DMODECOLLAPSE_CUDA=ON)");
}

}  // namespace modecollapse
