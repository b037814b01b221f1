// The CUDA backend of a program built without it.
#include <stdexcept>

#include "kernels/linear_vae/ensemble.hpp"

namespace modecollapse::linear_vae {

void run_to_ends_on_cuda(const Task&, const Ends&, const CudaOptions&) {
    throw std::runtime_error("built without CUDA (configure with -DMODECOLLAPSE_CUDA=ON)");
}

}  // namespace modecollapse::linear_vae
