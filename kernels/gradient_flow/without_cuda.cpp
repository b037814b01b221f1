// Stands in for ensemble.cu where the program is built without CUDA, so that host code needs no #ifdef.
#include <stdexcept>

#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {
namespace {

[[noreturn]] void refuse() { throw std::runtime_error("built without CUDA (configure with -DMODECOLLAPSE_CUDA=ON)"); }

}  // namespace

bool built_with_cuda() { return false; }
int cuda_device_count() { return 0; }
bool cuda_has_code_for(int) { return false; }
CudaDevice cuda_device(int) { refuse(); }
OutcomeCounts run_trajectories_on_cuda(const TrajectoryTask&, const CudaOptions&) { refuse(); }

}  // namespace modecollapse
