#include "kernels/realnvp/trainer.hpp"

#include <cstring>

#include "kernels/realnvp/memory.hpp"
#include "kernels/run/clear_memory.hpp"
#include "kernels/run/cpu_blocks.hpp"

namespace modecollapse {
namespace {

constexpr std::align_val_t alignment{panel_bytes};

// f(memory as T's) for the precision's T.
template <class Function>
void with_memory(const RealnvpProblem& problem, Precision precision, void* base, const Function& f) {
    if (precision == Precision::single_precision)
        f(realnvp_memory<float>(problem, base));
    else
        f(realnvp_memory<double>(problem, base));
}

template <class From, class To>
void copy(const From* from, std::uint64_t count, To* to) {
    if (!from || !to) return;
    for (std::uint64_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
}

}  // namespace

RealnvpLanes realnvp_lanes_for(const char* isa) { return MC_FUNCTION_FOR(isa, realnvp_lanes); }

std::size_t realnvp_thread_bytes(const RealnvpProblem& problem, Precision precision) {
    std::size_t bytes = 0;
    with_memory(problem, precision, nullptr, [&bytes](const auto& memory) { bytes = memory.bytes; });
    return bytes;
}

void RealnvpTrainer::Release::operator()(std::byte* memory) const { ::operator delete(memory, alignment); }

RealnvpTrainer::RealnvpTrainer(const RealnvpProblem& problem, Precision precision, std::uint64_t seed,
                               RealnvpLanes lanes, const StopRequest* stop)
    : problem_(problem), precision_(precision), seed_(seed), lanes_(lanes), stop_(stop) {
    const std::size_t bytes = realnvp_thread_bytes(problem, precision);
    memory_.reset(static_cast<std::byte*>(::operator new(bytes, alignment)));
    clear_memory(memory_.get(), bytes, stop);  // given up: whoever is asked next hears the stop too
}

RealnvpCall RealnvpTrainer::prepared(RealnvpTaskKind kind) const {
    RealnvpCall call = {kind, &problem_, precision_, seed_, id_, memory_.get()};
    call.stop = stop_;
    return call;
}

RealnvpAnswer RealnvpTrainer::call(RealnvpTaskKind kind, std::uint64_t first, std::uint64_t count) {
    RealnvpCall call = prepared(kind);
    call.first = first;
    call.count = count;
    return lanes_(call);
}

void RealnvpTrainer::start(std::uint64_t id) {
    id_ = id;
    lanes_(prepared(RealnvpTaskKind::prepare));
}

void RealnvpTrainer::restore(std::uint64_t id, const double* parameters, const double* first_moment,
                             const double* second_moment) {
    id_ = id;
    const std::uint64_t n = parameter_count(problem_.shape);
    with_memory(problem_, precision_, memory_.get(), [&](const auto& memory) {
        for (auto* array : {memory.parameters, memory.first_moment, memory.second_moment})
            std::memset(array, 0, memory.padded_parameters * sizeof *array);
        copy(parameters, n, memory.parameters);
        copy(first_moment, n, memory.first_moment);
        copy(second_moment, n, memory.second_moment);
    });
    lanes_(prepared(RealnvpTaskKind::restore));
}

void RealnvpTrainer::parameters(double* parameters, double* first_moment, double* second_moment) const {
    const std::uint64_t n = parameter_count(problem_.shape);
    with_memory(problem_, precision_, memory_.get(), [&](const auto& memory) {
        copy(memory.parameters, n, parameters);
        copy(memory.first_moment, n, first_moment);
        copy(memory.second_moment, n, second_moment);
    });
}

void RealnvpTrainer::gradient(double* gradient) const {
    with_memory(problem_, precision_, memory_.get(),
                [&](const auto& memory) { copy(memory.gradient, parameter_count(problem_.shape), gradient); });
}

}  // namespace modecollapse
