// CUDA backend of the ensemble of sequence VAEs: kernels/training/device_trainings.cuh with the kernels of device.cuh.
#include <algorithm>

#include "kernels/sequence/device.cuh"
#include "kernels/sequence/family.hpp"
#include "kernels/training/device_trainings.cuh"

namespace modecollapse::sequence {
namespace {

// A table on the device.
class DeviceTable {
public:
    explicit DeviceTable(const TokenTable& host)
        : table_{nullptr, nullptr, host.sentences, host.words, host.most_tokens} {
        if (host.sentences == 0) return;
        tokens_ = gpu::DeviceBuffer<std::int32_t>(host.offsets[host.sentences]);
        offsets_ = gpu::DeviceBuffer<std::uint64_t>(host.sentences + 1);
        tokens_.upload(host.tokens, tokens_.size());
        offsets_.upload(host.offsets, offsets_.size());
        table_.tokens = tokens_.data();
        table_.offsets = offsets_.data();
    }
    const TokenTable& table() const { return table_; }

private:
    TokenTable table_;
    gpu::DeviceBuffer<std::int32_t> tokens_;
    gpu::DeviceBuffer<std::uint64_t> offsets_;
};

template <class T>
class Kernels {
public:
    using Family = sequence::Family;
    using Number = T;

    explicit Kernels(const Task& task)
        : problem_(*task.problem), training_(task.data->training), held_out_(task.data->held_out) {
        if (!problem_.fresh.parameters) return;
        source_ = gpu::DeviceBuffer<double>(source_layout(problem_.fresh.law).count);
        source_.upload(problem_.fresh.parameters, source_.size());
        problem_.fresh.parameters = source_.data();
    }

    void start(const Wave<T>& wave, std::uint64_t members, std::uint64_t seed, std::uint64_t first,
               std::uint64_t /*step*/) const {
        gpu::launch("start_sequence", grid(members), start_sequence<T>, problem_, wave, seed, first);
    }
    void train(const Wave<T>& wave, std::uint64_t members, std::uint64_t seed, std::uint64_t first, std::uint64_t until,
               std::uint64_t most, MemberState* states) const {
        gpu::launch("train_sequence", grid(members), train_sequence<T>, problem_, wave, training_.table(), seed, first,
                    until, most, states);
    }
    TrainingAnswer answer(const Call& call, const Wave<T>& wave, std::uint64_t places, std::uint64_t place) const {
        const auto member = static_cast<unsigned int>(place);
        return {0, true, 0.0,
                call.kind == TaskKind::evaluate ? !evaluate(call, wave, places, member)
                                                : !weigh(call, wave, places, member)};
    }

private:
    static gpu::Grid grid(std::uint64_t blocks) { return {static_cast<unsigned int>(blocks), member_threads}; }
    gpu::Grid grid(std::uint64_t places, std::uint64_t items) const {
        return grid(std::min(places, gpu::ceiling_of_quotient(items, tile_sentences(problem_))));
    }

    // False: a stop was asked for, as after every launch.
    bool evaluate(const Call& call, const Wave<T>& wave, std::uint64_t places, unsigned int member) const {
        const std::uint64_t n = call.count, l = problem_.latent;
        DeviceOutputs outputs;
        const Evaluation& host = call.evaluation;
        const Evaluation device = {outputs.of(host.mean, n * l), outputs.of(host.variance, n * l),
                                   outputs.of(host.sample, n * l), outputs.of(host.kl, n), outputs.of(host.misfit, n)};
        if (call.read == DataRead::training)
            gpu::launch("judge_sequence", grid(places, n), judge_sequence<T>, problem_, wave, training_.table(),
                        call.seed, call.member, member, call.first, n, device);
        else
            gpu::launch("evaluate_sequence", grid(places, n), evaluate_sequence<T>, problem_, wave, held_out_.table(),
                        call.seed, call.member, member, call.first, device);
        outputs.download();
        return !is_due(call.stop);
    }

    bool weigh(const Call& call, const Wave<T>& wave, std::uint64_t places, unsigned int member) const {
        const std::uint64_t l = problem_.latent;
        gpu::DeviceBuffer<double> given(call.count * l);
        given.upload(call.given, given.size());
        DeviceOutputs outputs;
        double *log_likelihood = outputs.of(call.log_likelihood, call.count),
               *score = outputs.of(call.score, call.count * l);
        gpu::launch("weigh_sequence", grid(places, call.count), weigh_sequence<T>, problem_, wave, held_out_.table(),
                    member, call.first, call.row, given.data(), call.count, log_likelihood, score);
        outputs.download();
        return !is_due(call.stop);
    }

    Problem problem_;  // with the address of a source on the device
    DeviceTable training_, held_out_;
    gpu::DeviceBuffer<double> source_;
};

}  // namespace

bool run_on_cuda(const Task& task, const CudaOptions& options) {
    return task.precision == Precision::single_precision ? train_on_device<Kernels<float>>(task, options)
                                                         : train_on_device<Kernels<double>>(task, options);
}

}  // namespace modecollapse::sequence
