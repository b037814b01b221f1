// Stands in for ensemble.cu where the program is built without CUDA, so that host code needs no #ifdef.
#include <stdexcept>

#include "kernels/vae/ensemble.hpp"

namespace modecollapse::vae {

bool run_on_cuda(const Task&, const CudaOptions&) {
    throw std::runtime_error("built without CUDA (configure with -DMODECOLLAPSE_CUDA=ON)");
}

}  // namespace modecollapse::vae
