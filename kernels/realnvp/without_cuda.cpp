// Stands in for ensemble.cu where the program is built without CUDA, so that host code needs no #ifdef.
#include <stdexcept>

#include "kernels/realnvp/ensemble.hpp"

namespace modecollapse {

RealnvpCounts run_realnvp_on_cuda(const RealnvpTask&, const CudaOptions&) {
    throw std::runtime_error("built without CUDA (configure with -DMODECOLLAPSE_CUDA=ON)");
}

}  // namespace modecollapse
