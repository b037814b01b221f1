// There is no CUDA kernel of the linear VAE yet: whoever asks for it is told so, in builds with CUDA and without.
#include <stdexcept>

#include "kernels/linear_vae/ensemble.hpp"

namespace modecollapse::linear_vae {

void run_to_ends_on_cuda(const Task&, const Ends&, const CudaOptions&) {
    throw std::runtime_error("the linear VAE has no CUDA kernel yet: use backend cpu");
}

}  // namespace modecollapse::linear_vae
