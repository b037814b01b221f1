// Stands in for ensemble.cu where the program is built without CUDA, so that host code needs no #ifdef.
#include <stdexcept>

#include "kernels/sequence/ensemble.hpp"

namespace modecollapse::sequence {

bool run_on_cuda(const Task&, const CudaOptions&) {
    throw std::runtime_error("built without CUDA (configure with -DMODECOLLAPSE_CUDA=ON)");
}

}  // namespace modecollapse::sequence
