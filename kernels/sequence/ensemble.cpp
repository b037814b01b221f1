#include "kernels/sequence/ensemble.hpp"

#include "kernels/sequence/family.hpp"
#include "kernels/training/member_trainings.hpp"
#include "kernels/training/word_normals.hpp"

namespace modecollapse::sequence {
namespace {

Lanes lanes_for(const char* isa) { return MC_FUNCTION_FOR(isa, sequence_lanes); }

}  // namespace

std::size_t thread_bytes(const Problem& problem, Precision precision) {
    return MemberBlock<Family>::bytes(problem, precision);
}

bool run_on_cpu(const Task& task, const CpuOptions& options) {
    return train_on_cpu<Family>(task, lanes_for(options.isa), options);
}

bool encode(const TrainedMember& member, const TokenTable& table, const char* isa, const Evaluation& evaluation) {
    const TokenData data = {{}, table};
    return ask_member<Family>(TaskKind::evaluate, member, lanes_for(isa), [&](Call& call) {
        call.data = &data;
        call.count = table.sentences;
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
