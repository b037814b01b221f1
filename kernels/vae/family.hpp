// VAEs as a family of trained members: kernels/training/member_trainings.hpp on the CPU, device_trainings.cuh on a GPU.
#pragma once

#include <vector>

#include "kernels/vae/ensemble.hpp"
#include "kernels/vae/memory.hpp"
#include "kernels/vae/objective_reader.hpp"

namespace modecollapse::vae {

struct Family {
    using Problem = vae::Problem;
    using Task = vae::Task;
    using Call = vae::Call;
    using TaskKind = vae::TaskKind;
    template <class T>
    using Memory = vae::Memory<T>;
    template <class T>
    static Memory<T> memory_of(const Problem& problem, void* base) {
        return vae::memory_of<T>(problem, base);
    }
    static std::uint64_t count(const Problem& problem) { return layout_of(problem).count; }

    class Reader : public ObjectiveReader<HeldOut> {
    public:
        explicit Reader(const Task& task)
            : ObjectiveReader(*task.problem, task.seed), parameters_(layout_of(*task.problem).count) {}

        static void set(Call&, const Task&) {}
        template <class Block, class AnyLanes>
        bool look(const Block& block, Call call, const AnyLanes& lanes, Monitor& monitor) {
            held_out_.set_member(call.member);
            call.kind = TaskKind::evaluate;
            call.count = held_out_.count();
            call.evaluation = held_out_.evaluation();
            call.data = held_out_.data();
            if (lanes(call).given_up) return false;
            block.copy_parameters(parameters_.data());
            const auto decode = [&](const double* z, std::uint64_t count, double* f, double* jacobian) {
                Call latents = call;
                latents.kind = TaskKind::decode;
                latents.count = count;
                latents.given = z;
                latents.decoded = {f, jacobian};
                return !lanes(latents).given_up;
            };
            return held_out_.read(parameters_.data(), call.first, decode, monitor);
        }

    private:
        std::vector<double> parameters_;
    };
};

}  // namespace modecollapse::vae
