#include "kernels/vae/ensemble.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#include "kernels/run/parallel.hpp"
#include "kernels/training/slices.hpp"
#include "kernels/vae/memory.hpp"
#include "kernels/vae/reading.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse::vae {
namespace {

constexpr std::align_val_t alignment{memory_alignment};

// A member's block, and its arrays in the precision's type.
class Block {
public:
    Block(const Problem& problem, Precision precision) : single_(precision == Precision::single_precision) {
        const std::size_t bytes = thread_bytes(problem, precision);
        bytes_.reset(static_cast<std::byte*>(::operator new(bytes, alignment)));
        size_ = bytes;
        if (single_)
            of_floats_ = memory_of<float>(problem, bytes_.get());
        else
            of_doubles_ = memory_of<double>(problem, bytes_.get());
        clear();
    }
    void clear() { std::memset(bytes_.get(), 0, size_); }
    const void* memory() const { return single_ ? static_cast<const void*>(&of_floats_) : &of_doubles_; }
    // Parameters and moments of member `index` out of an array of states, or into it.
    void load(const States& states, std::uint64_t index, std::uint64_t count) { copy<true>(states, index, count); }
    void keep(const States& states, std::uint64_t index, std::uint64_t count) { copy<false>(states, index, count); }
    void load_parameters(const double* parameters, std::uint64_t count) {
        if (single_)
            std::copy_n(parameters, count, of_floats_.parameters);
        else
            std::copy_n(parameters, count, of_doubles_.parameters);
    }
    const Memory<double>& of_doubles() const { return of_doubles_; }
    void copy_parameters(std::vector<double>& to) const {
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] = single_ ? static_cast<double>(of_floats_.parameters[i]) : of_doubles_.parameters[i];
    }

private:
    template <bool in, class T>
    static void copy_array(double* states, T* memory, std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            if (in)
                memory[i] = static_cast<T>(states[i]);
            else
                states[i] = static_cast<double>(memory[i]);
        }
    }
    template <bool in>
    void copy(const States& states, std::uint64_t index, std::uint64_t count) {
        const auto all = [&](const auto& memory) {
            copy_array<in>(states.parameters + index * count, memory.parameters, count);
            copy_array<in>(states.first_moment + index * count, memory.first_moment, count);
            copy_array<in>(states.second_moment + index * count, memory.second_moment, count);
        };
        if (single_)
            all(of_floats_);
        else
            all(of_doubles_);
    }
    struct Release {
        void operator()(std::byte* memory) const { ::operator delete(memory, alignment); }
    };
    bool single_;
    std::size_t size_ = 0;
    std::unique_ptr<std::byte, Release> bytes_;
    Memory<float> of_floats_ = {};
    Memory<double> of_doubles_ = {};
};

Lanes lanes_for(const char* isa) { return MC_FUNCTION_FOR(isa, vae_lanes); }

class Worker {
public:
    Worker(const Task& task, Lanes lanes, TrainingCrew& crew, bool calling)
        : task_(task),
          problem_(*task.problem),
          lanes_(lanes),
          crew_(crew),
          slices_(crew, task.stop, calling ? task.progress : nullptr),
          block_(problem_, task.precision),
          held_out_(problem_, task.seed),
          parameters_(layout_of(problem_).count) {}

    void run() {
        for (std::uint64_t index; !crew_.stop && (index = crew_.next.fetch_add(1)) < task_.count;)
            if (is_due(task_.stop) || !train(index)) crew_.stop = true;
    }

private:
    Call call_of(TaskKind kind, std::uint64_t first, std::uint64_t count) const {
        Call call = {kind, &problem_, task_.precision, task_.seed, id_, block_.memory()};
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
        held_out_.set_member(id_);
        std::uint64_t step = 0, k = 0;
        bool finite = true;
        if (task_.from) {
            block_.load(*task_.from, index, layout_of(problem_).count);
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
            block_.keep(*task_.to, index, layout_of(problem_).count);
            task_.to->steps[index] = step;
            task_.to->failed[index] = finite ? 0 : 1;
        }
        finish(index, step, monitor);
        return true;
    }

    bool look(std::uint64_t step, Monitor& monitor) {
        Call call = call_of(TaskKind::evaluate, step, 0);
        call.evaluation = held_out_.evaluation();
        call.data = held_out_.data();
        if (lanes_(call).given_up) return false;
        block_.copy_parameters(parameters_);
        const auto decode = [&](const double* z, std::uint64_t count, double* f, double* jacobian) {
            Call latents = call_of(TaskKind::decode, step, count);
            latents.given = z;
            latents.decoded = {f, jacobian};
            return !lanes_(latents).given_up;
        };
        return held_out_.read(parameters_.data(), step, decode, monitor);
    }

    void finish(std::uint64_t index, std::uint64_t step, const Monitor& monitor) const {
        const Record& record = task_.record;
        if (record.steps) record.steps[index] = step;
        if (record.monitor) record.monitor[index] = is_finite(monitor) ? monitor : Monitor{};
        if (record.outcome) record.outcome[index] = static_cast<std::uint8_t>(outcome_of(problem_, monitor));
    }

    const Task& task_;
    const Problem& problem_;
    Lanes lanes_;
    TrainingCrew& crew_;
    TrainingSlices slices_;
    Block block_;
    std::uint64_t id_ = 0;
    HeldOut held_out_;
    std::vector<double> parameters_;
};

}  // namespace

std::size_t thread_bytes(const Problem& problem, Precision precision) {
    return precision == Precision::single_precision ? memory_of<float>(problem, nullptr).bytes
                                                    : memory_of<double>(problem, nullptr).bytes;
}

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

namespace {

// `ask` adds to the call what it wants to know. False: stopped.
template <class Ask>
bool ask_member(TaskKind kind, const TrainedMember& member, const char* isa, Ask ask) {
    Block block(*member.problem, member.precision);
    block.load_parameters(member.parameters, layout_of(*member.problem).count);
    Call call = {kind, member.problem, member.precision, member.seed, member.id, block.memory()};
    call.first = member.steps;
    call.stop = member.stop;
    ask(call);
    return !lanes_for(isa)(call).given_up;
}

}  // namespace

bool encode(const TrainedMember& member, const char* isa, const Evaluation& evaluation, double* data) {
    return ask_member(TaskKind::evaluate, member, isa, [&](Call& call) {
        call.evaluation = evaluation;
        call.data = data;
    });
}

bool decode(const TrainedMember& member, const char* isa, std::uint64_t count, const double* z, double* f) {
    return ask_member(TaskKind::decode, member, isa, [&](Call& call) {
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
        for (std::uint32_t k = 0; k < l; ++k) {
            const std::uint64_t block = first_draw_block + (skip + i) * blocks + k / 4;
            const Words w = words(member.seed, counter_of(Purpose::vae_held_out_noise, block, member.id));
            const NormalBlock<double> normals = normals_of_uniforms(uniform_32(w.value[0]), uniform_32(w.value[1]),
                                                                    uniform_32(w.value[2]), uniform_32(w.value[3]));
            const auto of_class = static_cast<std::uint32_t>(y);
            z[i * l + k] = fma(sqrt(prior.variance(of_class, k)), normals.value[k % 4], prior.mean(of_class, k));
        }
    }
    return decode(member, isa, count, z, f);
}

void start_of(const Problem& problem, std::uint64_t seed, std::uint64_t id, const char* isa, double* parameters) {
    Block block(problem, Precision::double_precision);
    lanes_for(isa)({TaskKind::prepare, &problem, Precision::double_precision, seed, id, block.memory()});
    std::copy_n(block.of_doubles().parameters, layout_of(problem).count, parameters);
}

double gradient_at(const Problem& problem, const double* parameters, const double* given, std::uint64_t step,
                   const char* isa, double* gradient) {
    Block block(problem, Precision::double_precision);
    std::copy_n(parameters, layout_of(problem).count, block.of_doubles().parameters);
    Call call = {TaskKind::gradient, &problem, Precision::double_precision, 0, 0, block.memory()};
    call.first = step;
    call.given = given;
    const double loss = lanes_for(isa)(call).loss;
    std::copy_n(block.of_doubles().gradient, layout_of(problem).count, gradient);
    return loss;
}

void decode_at(const Problem& problem, const double* parameters, const double* z, std::uint64_t count, const char* isa,
               double* f, double* jacobian) {
    Block block(problem, Precision::double_precision);
    std::copy_n(parameters, layout_of(problem).count, block.of_doubles().parameters);
    Call call = {TaskKind::decode, &problem, Precision::double_precision, 0, 0, block.memory()};
    call.count = count;
    call.given = z;
    call.decoded = {f, jacobian};
    lanes_for(isa)(call);
}

}  // namespace modecollapse::vae
