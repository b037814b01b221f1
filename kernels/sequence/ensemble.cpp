#include "kernels/sequence/ensemble.hpp"

#include <stdexcept>

#include "kernels/sequence/memory.hpp"
#include "kernels/training/member_trainings.hpp"
#include "kernels/training/word_normals.hpp"

namespace modecollapse::sequence {
namespace {

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

    class Reader {
    public:
        explicit Reader(const Task& task) : held_out_(*task.problem, task.data->held_out, task.seed) {}

        static void set(Call& call, const Task& task) { call.data = task.data; }
        bool look(const MemberBlock<Family>&, Call call, Lanes lanes, Monitor& monitor) {
            call.kind = TaskKind::evaluate;
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

    private:
        HeldOut held_out_;
    };
};

Lanes lanes_for(const char* isa) { return MC_FUNCTION_FOR(isa, sequence_lanes); }

}  // namespace

std::size_t thread_bytes(const Problem& problem, Precision precision) {
    return MemberBlock<Family>::bytes(problem, precision);
}

bool run_on_cpu(const Task& task, const CpuOptions& options) {
    return train_on_cpu<Family>(task, lanes_for(options.isa), options);
}

bool run_on_cuda(const Task&, const CudaOptions&) {
    throw std::runtime_error("sequence VAEs are trained on the CPU only");
}

bool encode(const TrainedMember& member, const TokenTable& table, const char* isa, const Evaluation& evaluation) {
    const TokenData data = {{}, table};
    return ask_member<Family>(TaskKind::evaluate, member, lanes_for(isa), [&](Call& call) {
        call.data = &data;
        call.evaluation = evaluation;
    });
}

bool weigh(const TrainedMember& member, const TokenTable& table, std::uint64_t row, const double* z,
           std::uint64_t count, const char* isa, double* log_likelihood, double* score) {
    const TokenData data = {{}, table};
    return ask_member<Family>(TaskKind::weigh, member, lanes_for(isa), [&](Call& call) {
        call.data = &data;
        call.row = row;
        call.count = count;
        call.given = z;
        call.log_likelihood = log_likelihood;
        call.score = score;
    });
}

bool sample_prior(const TrainedMember& member, const char* isa, std::uint64_t skip, std::uint64_t count, double* z,
                  std::int32_t* tokens) {
    const std::uint32_t l = member.problem->latent;
    for (std::uint64_t i = 0; i < count; ++i)
        for (std::uint32_t k = 0; k < l; ++k)
            z[i * l + k] =
                word_normal(member.seed, member.id, Purpose::sequence_draws, (skip + i) * normal_blocks(l), k);
    return ask_member<Family>(TaskKind::draw, member, lanes_for(isa), [&](Call& call) {
        call.row = skip;
        call.count = count;
        call.given = z;
        call.tokens = tokens;
    });
}

void start_of(const Problem& problem, std::uint64_t seed, std::uint64_t id, const char* isa, double* parameters) {
    start_of_member<Family>(problem, seed, id, lanes_for(isa), parameters);
}

double gradient_at(const Problem& problem, const TokenData& data, const double* parameters, const double* given,
                   std::uint64_t step, const char* isa, double* gradient) {
    return gradient_of_member<Family>(problem, parameters, step, lanes_for(isa), gradient, [&](Call& call) {
        call.data = &data;
        call.given = given;
    });
}

}  // namespace modecollapse::sequence
