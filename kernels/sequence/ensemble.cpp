#include "kernels/sequence/ensemble.hpp"

#include <algorithm>
#include <thread>

#include "kernels/run/parallel.hpp"
#include "kernels/sequence/memory.hpp"
#include "kernels/training/member_block.hpp"
#include "kernels/training/slices.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse::sequence {
namespace {

struct BlockOfSequences {
    using Problem = sequence::Problem;
    template <class T>
    using Memory = sequence::Memory<T>;
    template <class T>
    static Memory<T> memory_of(const Problem& problem, void* base) {
        return sequence::memory_of<T>(problem, base);
    }
    static std::uint64_t count(const Problem& problem) { return layout_of(problem).count; }
};
using Block = MemberBlock<BlockOfSequences>;

Lanes lanes_for(const char* isa) { return MC_FUNCTION_FOR(isa, sequence_lanes); }

class Worker {
public:
    Worker(const Task& task, Lanes lanes, TrainingCrew& crew, bool calling)
        : task_(task),
          problem_(*task.problem),
          lanes_(lanes),
          crew_(crew),
          slices_(crew, task.stop, calling ? task.progress : nullptr),
          block_(problem_, task.precision),
          held_out_(problem_, task.data->held_out, task.seed) {}

    void run() {
        for (std::uint64_t index; !crew_.stop && (index = crew_.next.fetch_add(1)) < task_.count;)
            if (is_due(task_.stop) || !train(index)) crew_.stop = true;
    }

private:
    Call call_of(TaskKind kind, std::uint64_t first, std::uint64_t count) const {
        Call call = {kind, &problem_, task_.data, task_.precision, task_.seed, id_, block_.memory()};
        call.first = first;
        call.count = count;
        call.stop = task_.stop;
        return call;
    }

    // False: given up.
    bool train(std::uint64_t index) {
        id_ = task_.first + index;
        block_.clear();
        lanes_(call_of(TaskKind::prepare, 0, 0));
        std::uint64_t step = 0, k = 0;
        bool finite = true;
        if (task_.from) {
            block_.load(*task_.from, index);
            step = task_.from->steps[index];
            finite = task_.from->failed[index] == 0;
        }
        while (finite) {
            for (; k < task_.path.times && task_.path.steps[k] == step; ++k)
                if (!look(step, task_.path.monitors[index * task_.path.times + k])) return false;
            const std::uint64_t end = k < task_.path.times ? task_.path.steps[k] : problem_.steps;
            if (step >= end) break;
            if (!slices_.advance(step, end, finite, [&](std::uint64_t from, std::uint64_t count) {
                    return lanes_(call_of(TaskKind::train, from, count));
                }))
                return false;
        }
        for (; k < task_.path.times; ++k) task_.path.monitors[index * task_.path.times + k] = {};
        Monitor monitor;
        if (finite && !look(step, monitor)) return false;
        if (task_.to) {
            block_.keep(*task_.to, index);
            task_.to->steps[index] = step;
            task_.to->failed[index] = finite ? 0 : 1;
        }
        const Record& record = task_.record;
        if (record.steps) record.steps[index] = step;
        if (record.monitor) record.monitor[index] = is_finite(monitor) ? monitor : Monitor{};
        if (record.outcome) record.outcome[index] = static_cast<std::uint8_t>(outcome_of(problem_, monitor));
        return true;
    }

    bool look(std::uint64_t step, Monitor& monitor) {
        Call call = call_of(TaskKind::evaluate, step, 0);
        call.evaluation = held_out_.evaluation();
        if (lanes_(call).given_up) return false;
        const auto weigh = [&](std::uint64_t row, const double* z, std::uint64_t count, double* log_likelihood,
                               double* score) {
            Call latents = call_of(TaskKind::weigh, step, count);
            latents.row = row;
            latents.given = z;
            latents.log_likelihood = log_likelihood;
            latents.score = score;
            return !lanes_(latents).given_up;
        };
        return held_out_.read(id_, step, weigh, monitor);
    }

    const Task& task_;
    const Problem& problem_;
    Lanes lanes_;
    TrainingCrew& crew_;
    TrainingSlices slices_;
    Block block_;
    std::uint64_t id_ = 0;
    HeldOut held_out_;
};

// A trained member's block, and calls of it.
class Trained {
public:
    Trained(const TrainedMember& member, const TokenTable* table, const char* isa)
        : member_(member), block_(*member.problem, member.precision), lanes_(lanes_for(isa)) {
        block_.load_parameters(member.parameters);
        if (table) data_.held_out = *table;
    }
    Call call_of(TaskKind kind) const {
        Call call = {kind, member_.problem, &data_, member_.precision, member_.seed, member_.id, block_.memory()};
        call.first = member_.steps;
        call.stop = member_.stop;
        return call;
    }
    bool finishes(const Call& call) const { return !lanes_(call).given_up; }

private:
    const TrainedMember& member_;
    Block block_;
    Lanes lanes_;
    TokenData data_;
};

}  // namespace

std::size_t thread_bytes(const Problem& problem, Precision precision) { return Block::bytes(problem, precision); }

bool run_on_cpu(const Task& task, const CpuOptions& options) {
    const Lanes lanes = lanes_for(options.isa);
    TrainingCrew crew;
    const std::thread::id calling = std::this_thread::get_id();
    const auto threads = std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max(options.threads, 1)), task.count);
    on_threads(static_cast<int>(threads), [&](const Crew&) {
        try {
            Worker(task, lanes, crew, std::this_thread::get_id() == calling).run();
        } catch (...) {
            crew.stop = true;
            throw;
        }
    });
    return !crew.stop;
}

bool encode(const TrainedMember& member, const TokenTable& table, const char* isa, const Evaluation& evaluation) {
    const Trained trained(member, &table, isa);
    Call call = trained.call_of(TaskKind::evaluate);
    call.evaluation = evaluation;
    return trained.finishes(call);
}

bool weigh(const TrainedMember& member, const TokenTable& table, std::uint64_t row, const double* z,
           std::uint64_t count, const char* isa, double* log_likelihood, double* score) {
    const Trained trained(member, &table, isa);
    Call call = trained.call_of(TaskKind::weigh);
    call.row = row;
    call.count = count;
    call.given = z;
    call.log_likelihood = log_likelihood;
    call.score = score;
    return trained.finishes(call);
}

bool sample_prior(const TrainedMember& member, const char* isa, std::uint64_t skip, std::uint64_t count, double* z,
                  std::int32_t* tokens) {
    const std::uint32_t l = member.problem->latent;
    const Random123Words words;
    for (std::uint64_t i = 0; i < count; ++i)
        for (std::uint32_t k = 0; k < l; ++k) {
            const std::uint64_t block = (skip + i) * normal_blocks(l) + k / 4;
            const Words w = words(member.seed, counter_of(Purpose::sequence_draws, block, member.id));
            z[i * l + k] = normals_of_uniforms(uniform_32(w.value[0]), uniform_32(w.value[1]), uniform_32(w.value[2]),
                                               uniform_32(w.value[3]))
                               .value[k % 4];
        }
    const Trained trained(member, nullptr, isa);
    Call call = trained.call_of(TaskKind::draw);
    call.row = skip;
    call.count = count;
    call.given = z;
    call.tokens = tokens;
    return trained.finishes(call);
}

void start_of(const Problem& problem, std::uint64_t seed, std::uint64_t id, const char* isa, double* parameters) {
    const Block block(problem, Precision::double_precision);
    lanes_for(isa)({TaskKind::prepare, &problem, nullptr, Precision::double_precision, seed, id, block.memory()});
    std::copy_n(block.of_doubles().parameters, layout_of(problem).count, parameters);
}

double gradient_at(const Problem& problem, const TokenData& data, const double* parameters, const double* given,
                   std::uint64_t step, const char* isa, double* gradient) {
    Block block(problem, Precision::double_precision);
    block.load_parameters(parameters);
    Call call = {TaskKind::gradient, &problem, &data, Precision::double_precision, 0, 0, block.memory()};
    call.first = step;
    call.given = given;
    const double loss = lanes_for(isa)(call).loss;
    std::copy_n(block.of_doubles().gradient, layout_of(problem).count, gradient);
    return loss;
}

}  // namespace modecollapse::sequence
