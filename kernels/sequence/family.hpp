// Sequence VAEs as a family of trained members: kernels/training/member_trainings.hpp on the CPU, device_trainings.cuh on a GPU.
#pragma once

#include "kernels/sequence/ensemble.hpp"
#include "kernels/sequence/memory.hpp"
#include "kernels/vae/objective_reader.hpp"

namespace modecollapse::sequence {

struct Family {
    using Problem = sequence::Problem;
    using Task = sequence::Task;
    using Call = sequence::Call;
    using TaskKind = sequence::TaskKind;
    template <class T>
    using Memory = sequence::Memory<T>;
    template <class T>
    static Memory<T> memory_of(const Problem& problem, void* base) {
        return sequence::memory_of<T>(problem, base);
    }
    static std::uint64_t count(const Problem& problem) { return layout_of(problem).count; }

    class Reader : public vae::ObjectiveReader<HeldOut> {
    public:
        explicit Reader(const Task& task) : ObjectiveReader(*task.problem, task.data->held_out, task.seed, task.stop) {}

        static void set(Call& call, const Task& task) { call.data = task.data; }
        template <class Block, class AnyLanes>
        bool look(const Block&, Call call, const AnyLanes& lanes, Monitor& monitor) {
            call.kind = TaskKind::evaluate;
            call.count = held_out_.count();
            call.evaluation = held_out_.evaluation();
            if (lanes(call).given_up) return false;
            const auto weigh = [&](std::uint64_t row, const double* z, std::uint64_t count, double* log_likelihood,
                                   double* score) {
                Call latents = call;
                latents.kind = TaskKind::weigh;
                latents.row = row;
                latents.count = count;
                latents.given = z;
                latents.log_likelihood = log_likelihood;
                latents.score = score;
                return !lanes(latents).given_up;
            };
            return held_out_.read(call.member, call.first, weigh, monitor);
        }
    };
};

}  // namespace modecollapse::sequence
