#include "kernels/vae/ensemble.hpp"

#include <vector>

#include "kernels/training/member_trainings.hpp"
#include "kernels/training/word_normals.hpp"
#include "kernels/vae/family.hpp"
#include "kernels/vae/reading.hpp"

namespace modecollapse::vae {
namespace {

Lanes lanes_for(const char* isa) { return MC_FUNCTION_FOR(isa, vae_lanes); }

}  // namespace

std::size_t thread_bytes(const Problem& problem, Precision precision) {
    return MemberBlock<Family>::bytes(problem, precision);
}

bool run_on_cpu(const Task& task, const CpuOptions& options) {
    return train_on_cpu<Family>(task, lanes_for(options.isa), options);
}

bool encode(const TrainedMember& member, const char* isa, const Evaluation& evaluation, double* data) {
    return ask_member<Family>(TaskKind::evaluate, member, lanes_for(isa), [&](Call& call) {
        call.count = member.problem->held_out;
        call.evaluation = evaluation;
        call.data = data;
    });
}

bool decode(const TrainedMember& member, const char* isa, std::uint64_t count, const double* z, double* f) {
    return ask_member<Family>(TaskKind::decode, member, lanes_for(isa), [&](Call& call) {
        call.count = count;
        call.given = z;
        call.decoded = {f, nullptr};
    });
}

bool sample_prior(const TrainedMember& member, const char* isa, std::uint64_t skip, std::uint64_t count, double* z,
                  std::int64_t* classes, double* f) {
    const Problem& problem = *member.problem;
    const std::uint32_t l = problem.latent, c = classes_of(problem);
    const std::uint64_t blocks = normal_blocks(l);
    const PriorClusters prior = {problem.clusters > 0 ? member.parameters + layout_of(problem).prior : nullptr, c, l};
    const Random123Words words;
    for (std::uint64_t i = 0; i < count; ++i) {
        const int y = class_of_block(words, member.seed, Purpose::vae_held_out_choice, first_exact_block + skip + i,
                                     member.id, c);
        classes[i] = y;
        const auto of_class = static_cast<std::uint32_t>(y);
        for (std::uint32_t k = 0; k < l; ++k) {
            const double normal = word_normal(member.seed, member.id, Purpose::vae_held_out_noise,
                                              first_draw_block + (skip + i) * blocks, k);
            z[i * l + k] = fma(sqrt(prior.variance(of_class, k)), normal, prior.mean(of_class, k));
        }
    }
    return decode(member, isa, count, z, f);
}

void start_of(const Problem& problem, std::uint64_t seed, std::uint64_t id, const char* isa, double* parameters) {
    start_of_member<Family>(problem, seed, id, lanes_for(isa), parameters);
}

double gradient_at(const Problem& problem, const double* parameters, const double* given, std::uint64_t step,
                   const char* isa, double* gradient) {
    return gradient_of_member<Family>(problem, parameters, step, lanes_for(isa), gradient,
                                      [&](Call& call) { call.given = given; });
}

void decode_at(const Problem& problem, const double* parameters, const double* z, std::uint64_t count, const char* isa,
               double* f, double* jacobian) {
    const TrainedMember member = {&problem, Precision::double_precision, 0, 0, 0, parameters};
    ask_member<Family>(TaskKind::decode, member, lanes_for(isa), [&](Call& call) {
        call.count = count;
        call.given = z;
        call.decoded = {f, jacobian};
    });
}

}  // namespace modecollapse::vae
