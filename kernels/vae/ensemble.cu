// CUDA backend of the ensemble of VAEs: kernels/training/device_trainings.cuh with the kernels of device.cuh.
#include <algorithm>

#include "kernels/training/device_trainings.cuh"
#include "kernels/vae/device.cuh"
#include "kernels/vae/family.hpp"

namespace modecollapse::vae {
namespace {

template <class T>
class Kernels {
public:
    using Family = vae::Family;
    using Number = T;

    explicit Kernels(const Task& task) : problem_(*task.problem) {
        problem_.data.points = upload(points_, task.problem->data.points, problem_.data.size);
        problem_.data.held_out_points = upload(held_out_, task.problem->data.held_out_points, problem_.held_out);
        problem_.data.directions = upload(directions_, task.problem->data.directions, problem_.data.turned);
        problem_.data.held_out_labels = nullptr;  // the host reads them
    }

    void start(const Wave<T>& wave, std::uint64_t members, std::uint64_t seed, std::uint64_t first,
               std::uint64_t step) const {
        gpu::launch("start_vae", grid(members), start_vae<T>, problem_, wave, seed, first, step);
    }
    void train(const Wave<T>& wave, std::uint64_t members, std::uint64_t seed, std::uint64_t first, std::uint64_t until,
               std::uint64_t most, MemberState* states) const {
        gpu::launch("train_vae", grid(members), train_vae<T>, problem_, wave, seed, first, until, most, states);
    }
    TrainingAnswer answer(const Call& call, const Wave<T>& wave, std::uint64_t places, std::uint64_t place) const {
        const auto member = static_cast<unsigned int>(place);
        return {0, true, 0.0,
                call.kind == TaskKind::evaluate ? !evaluate(call, wave, places, member)
                                                : !decode(call, wave, places, member)};
    }

private:
    static gpu::Grid grid(std::uint64_t blocks) { return {static_cast<unsigned int>(blocks), member_threads}; }
    gpu::Grid grid(std::uint64_t places, std::uint64_t items, std::uint64_t of_a_tile) const {
        return grid(std::min(places, gpu::ceiling_of_quotient(items, of_a_tile)));
    }

    // Rows of t numbers; null for null.
    const double* upload(gpu::DeviceBuffer<double>& buffer, const double* rows, std::uint64_t count) const {
        if (!rows) return nullptr;
        buffer = gpu::DeviceBuffer<double>(count * problem_.dimension);
        buffer.upload(rows, buffer.size());
        return buffer.data();
    }

    // False: a stop was asked for, as after every launch.
    bool evaluate(const Call& call, const Wave<T>& wave, std::uint64_t places, unsigned int member) const {
        const std::uint64_t n = call.count, c = classes_of(problem_), l = problem_.latent;
        DeviceOutputs outputs;
        const Evaluation& host = call.evaluation;
        const Evaluation device = {outputs.of(host.mean, n * c * l), outputs.of(host.variance, n * c * l),
                                   outputs.of(host.share, n * c),    outputs.of(host.kl, n),
                                   outputs.of(host.class_kl, n),     outputs.of(host.misfit, n)};
        const gpu::Grid blocks = grid(places, n, tile_samples(problem_));
        if (call.read == DataRead::training)
            gpu::launch("judge_vae", blocks, judge_vae<T>, problem_, wave, call.seed, call.member, member, call.first,
                        n, device);
        else
            gpu::launch("evaluate_vae", blocks, evaluate_vae<T>, problem_, wave, call.seed, call.member, member,
                        call.first, device, outputs.of(call.data, n * problem_.dimension));
        outputs.download();
        return !is_due(call.stop);
    }

    bool decode(const Call& call, const Wave<T>& wave, std::uint64_t places, unsigned int member) const {
        constexpr std::uint64_t most_numbers = std::uint64_t{1} << 24;  // of outputs at once
        const std::uint64_t l = problem_.latent, t = problem_.dimension,
                            of_a_tile = tile_samples(problem_) * classes_of(problem_);
        const std::uint64_t numbers = call.decoded.jacobian ? t * (1 + l) : t;
        const std::uint64_t at_once = std::max(of_a_tile, most_numbers / numbers / of_a_tile * of_a_tile);
        for (std::uint64_t done = 0; done < call.count; done += at_once) {
            const std::uint64_t count = std::min(at_once, call.count - done);
            gpu::DeviceBuffer<double> given(count * l);
            given.upload(call.given + done * l, given.size());
            DeviceOutputs outputs;
            double* const jacobian = call.decoded.jacobian;
            const Decoded device = {outputs.of(call.decoded.output + done * t, count * t),
                                    outputs.of(jacobian ? jacobian + done * l * t : nullptr, count * l * t)};
            gpu::launch("decode_vae", grid(places, count, of_a_tile), decode_vae<T>, problem_, wave, member, call.first,
                        given.data(), count, device);
            outputs.download();
            if (is_due(call.stop)) return false;
        }
        return true;
    }

    Problem problem_;  // with the addresses of tables on the device
    gpu::DeviceBuffer<double> points_, held_out_, directions_;
};

}  // namespace

bool run_on_cuda(const Task& task, const CudaOptions& options) {
    return task.precision == Precision::single_precision ? train_on_device<Kernels<float>>(task, options)
                                                         : train_on_device<Kernels<double>>(task, options);
}

}  // namespace modecollapse::vae
