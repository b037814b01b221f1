// CPU backend of the RealNVP ensemble: threads take the members of a task one at a time from a shared counter.
#include "kernels/realnvp/ensemble.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "kernels/realnvp/target_samples.hpp"
#include "kernels/realnvp/trainer.hpp"
#include "kernels/run/parallel.hpp"
#include "kernels/training/slices.hpp"

namespace modecollapse {
namespace {

// Numbers that are written before they are read: setting 10^8 of them to 0 would take longer than a stop may.
class Unset {
public:
    void at_least(std::uint64_t count) {
        if (count <= count_) return;
        numbers_.reset();
        numbers_.reset(new double[count]);
        count_ = count;
    }
    double* data() const { return numbers_.get(); }

private:
    std::unique_ptr<double[]> numbers_;
    std::uint64_t count_ = 0;
};

// What the threads of a run share.
struct Shared : TrainingCrew {
    std::mutex mutex;
    RealnvpCounts total = {};
};

class Worker {
public:
    Worker(const RealnvpTask& task, RealnvpLanes lanes, Shared& shared, bool calling)
        : task_(task),
          problem_(*task.problem),
          shared_(shared),
          slices_(shared, task.stop, calling ? task.progress : nullptr),
          trainer_(problem_, task.precision, task.seed, lanes, task.stop) {}

    void run() {
        try {
            for (std::uint64_t index; !shared_.stop && (index = shared_.next.fetch_add(1)) < task_.count;) {
                if (is_due(task_.stop)) throw GivenUp{};  // small members end before they look themselves
                train(index);
            }
        } catch (const GivenUp&) {
            shared_.stop = true;
        }
    }
    const RealnvpCounts& counts() const { return counts_; }

private:
    struct GivenUp {};  // thrown within a member that is not to be finished: nothing of it is counted or recorded

    static RealnvpAnswer finished(const RealnvpAnswer& answer) {
        if (answer.given_up) throw GivenUp{};
        return answer;
    }

    void train(std::uint64_t index) {
        const std::uint64_t id = task_.first + index, n = parameter_count(problem_.shape);
        std::uint64_t step = 0;
        bool finite = true;
        trainer_.start(id);
        sample();
        const double start_objective =
            objective_of_samples(log_q_.data(), log_p_.data(), problem_.evaluation_samples, end_beta());
        if (task_.from) {
            const TrainingStates& from = *task_.from;
            trainer_.restore(id, from.parameters + index * n, from.first_moment + index * n,
                             from.second_moment + index * n);
            step = from.steps[index];
            finite = from.failed[index] == 0;
        }
        const std::uint64_t begun = step;
        std::uint64_t k = 0;
        while (k < task_.path.times && task_.path.steps[k] < step) monitor_on_path(index, k++, false);
        while (finite) {
            for (; k < task_.path.times && task_.path.steps[k] == step; ++k) monitor_on_path(index, k, true);
            const std::uint64_t end = k < task_.path.times ? std::min(task_.until, task_.path.steps[k]) : task_.until;
            if (step >= end) break;
            if (!slices_.advance(step, end, finite, [&](std::uint64_t from, std::uint64_t count) {
                    return trainer_.call(RealnvpTaskKind::train, from, count);
                }))
                throw GivenUp{};
        }
        for (; k < task_.path.times; ++k) monitor_on_path(index, k, false);
        if (task_.to) {
            trainer_.parameters(task_.to->parameters + index * n, task_.to->first_moment + index * n,
                                task_.to->second_moment + index * n);
            task_.to->steps[index] = step;
            task_.to->failed[index] = finite ? 0 : 1;
        }
        finish(index, step, finite, start_objective);
        counts_.steps += static_cast<std::int64_t>(step - begun);
    }

    double end_beta() const { return beta_at_step(problem_, task_.until); }

    // log q, log p and <mu*, x>, or the coordinates in the span of K* modes, of the evaluation samples.
    void sample() {
        const std::uint64_t count = problem_.evaluation_samples;
        log_q_.at_least(std::max(count, task_.target_samples));
        log_p_.at_least(std::max(count, task_.target_samples));
        along_.at_least(count * static_cast<std::uint64_t>(problem_.modes.span));
        RealnvpCall call = trainer_.prepared(RealnvpTaskKind::sample);
        call.count = count;
        call.log_q = log_q_.data();
        call.log_p = log_p_.data();
        call.along = along_.data();
        finished(trainer_.call(call));
    }

    RealnvpMonitor look_at_samples() {
        sample();
        return monitor_of_samples(problem_, log_q_.data(), log_p_.data(), along_.data(), problem_.evaluation_samples);
    }

    // With samples of the target, which take the place of those of the flow.
    void look_at_target(RealnvpMonitor& monitor) {
        if (task_.target_samples == 0) return;
        RealnvpCall call = trainer_.prepared(RealnvpTaskKind::density);
        std::vector<double> x = target_samples(problem_, task_.seed, call.member, task_.target_samples);
        call.count = task_.target_samples;
        call.x = x.data();
        call.log_q = log_q_.data();
        call.log_p = log_p_.data();
        finished(trainer_.call(call));
        add_forward_kl(log_q_.data(), log_p_.data(), task_.target_samples, monitor);
    }

    void monitor_on_path(std::uint64_t index, std::uint64_t k, bool known) {
        if (!task_.path.monitors) return;
        RealnvpMonitor& monitor = task_.path.monitors[index * task_.path.times + k];
        monitor = known ? look_at_samples() : RealnvpMonitor::nothing();
        if (known) look_at_target(monitor);
    }

    void finish(std::uint64_t index, std::uint64_t step, bool finite, double start_objective) {
        RealnvpMonitor monitor = RealnvpMonitor::nothing();
        RealnvpEnd end = {};  // not finite
        if (finite) {
            monitor = look_at_samples();
            end = end_of_samples(monitor, log_q_.data(), log_p_.data(), problem_.evaluation_samples, end_beta(),
                                 start_objective);
            look_at_target(monitor);
        }
        const RealnvpOutcome outcome = outcome_of(problem_, end, monitor);
        ++counts_.count[static_cast<int>(outcome)];
        const RealnvpRecord& record = task_.record;
        if (record.outcome) record.outcome[index] = static_cast<std::uint8_t>(outcome);
        if (record.steps) record.steps[index] = step;
        if (record.monitor) record.monitor[index] = monitor;
    }

    const RealnvpTask& task_;
    const RealnvpProblem& problem_;
    Shared& shared_;
    TrainingSlices slices_;
    RealnvpTrainer trainer_;
    RealnvpCounts counts_ = {};
    Unset log_q_, log_p_, along_;
};

}  // namespace

RealnvpCounts run_realnvp_on_cpu(const RealnvpTask& task, const CpuOptions& options) {
    const RealnvpLanes lanes = realnvp_lanes_for(options.isa);
    Shared shared;
    const std::thread::id calling = std::this_thread::get_id();
    const auto threads = std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max(options.threads, 1)), task.count);
    on_threads(static_cast<int>(threads), [&](const Crew&) {
        Worker worker(task, lanes, shared, std::this_thread::get_id() == calling);
        try {
            worker.run();
        } catch (...) {
            shared.stop = true;
            throw;
        }
        const std::lock_guard<std::mutex> lock(shared.mutex);
        for (int i = 0; i < realnvp_outcome_count; ++i) shared.total.count[i] += worker.counts().count[i];
        shared.total.steps += worker.counts().steps;
    });
    shared.total.stopped = shared.stop;
    return shared.total;
}

void realnvp_start(const RealnvpMember& member, const char* isa, double* parameters) {
    RealnvpTrainer trainer(*member.problem, member.precision, member.seed, realnvp_lanes_for(isa), member.stop);
    trainer.start(member.id);
    trainer.parameters(parameters, nullptr, nullptr);
}

namespace {

RealnvpTrainer at_parameters(const RealnvpMember& member, const char* isa) {
    RealnvpTrainer trainer(*member.problem, member.precision, member.seed, realnvp_lanes_for(isa), member.stop);
    trainer.restore(member.id, member.parameters, nullptr, nullptr);
    return trainer;
}

}  // namespace

void realnvp_sample(const RealnvpMember& member, const char* isa, const double* z, std::uint64_t first,
                    std::uint64_t count, double* x, double* log_q, double* log_p) {
    const RealnvpTrainer trainer = at_parameters(member, isa);
    RealnvpCall call = trainer.prepared(RealnvpTaskKind::sample);
    call.purpose = Purpose::realnvp_draws;
    call.first = first;
    call.count = count;
    call.z = z;
    call.x = x;
    call.log_q = log_q;
    call.log_p = log_p;
    trainer.call(call);
}

void realnvp_density(const RealnvpMember& member, const char* isa, double* x, std::uint64_t count, double* log_q,
                     double* log_p) {
    const RealnvpTrainer trainer = at_parameters(member, isa);
    RealnvpCall call = trainer.prepared(RealnvpTaskKind::density);
    call.count = count;
    call.x = x;
    call.log_q = log_q;
    call.log_p = log_p;
    trainer.call(call);
}

double realnvp_gradient(const RealnvpMember& member, const char* isa, const double* z, std::uint64_t step,
                        double* gradient) {
    const RealnvpTrainer trainer = at_parameters(member, isa);
    RealnvpCall call = trainer.prepared(RealnvpTaskKind::gradient);
    call.first = step;
    call.x = const_cast<double*>(z);
    const double loss = trainer.call(call).loss;
    trainer.gradient(gradient);
    return loss;
}

}  // namespace modecollapse
