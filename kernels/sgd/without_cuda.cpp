// Stands in for ensemble.cu where the program is built without CUDA, so that host code needs no #ifdef.
#include <stdexcept>

#include "kernels/sgd/ensemble.hpp"

namespace modecollapse {

OutcomeCounts run_sgd_on_cuda(const SgdTask&, const CudaOptions&) {
    throw std::runtime_error("built without CUDA (configure with -DMODECOLLAPSE_CUDA=ON)");
}

}  // namespace modecollapse
