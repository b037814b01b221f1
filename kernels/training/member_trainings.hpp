// Members of a task, trained by threads that take them one at a time from a shared counter.
//
// Family: as in member_block.hpp, with
//   Task, Call, TaskKind   task.hpp, answer.hpp, with kinds prepare, train and gradient
//   Reader                 of held-out data: Reader(task); set(call, task) completes a call;
//                          look(block, call, lanes, monitor) -> false: given up; call: of no kind yet, as of the step
//                          look_at_objective(call, end, lanes, objective): the same on data of the training, of the objective alone,
//                          in a training of `end` steps
//                          has_two_starts(problem)
#pragma once

#include <algorithm>
#include <thread>

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/run/parallel.hpp"
#include "kernels/training/answer.hpp"
#include "kernels/training/member_block.hpp"
#include "kernels/training/slices.hpp"
#include "kernels/training/task.hpp"

namespace modecollapse {

template <class Family>
class MemberTrainings {
    using Task = typename Family::Task;
    using Call = typename Family::Call;
    using Kind = typename Family::TaskKind;
    using Reader = typename Family::Reader;
    using Monitor = typename Task::Monitor;

public:
    using Lanes = TrainingAnswer (*)(const Call&);

    MemberTrainings(const Task& task, Lanes lanes, TrainingCrew& crew, bool calling)
        : task_(task),
          lanes_(lanes),
          crew_(crew),
          slices_(crew, task.stop, calling ? task.progress : nullptr),
          block_(*task.problem, task.precision, task.stop),
          reader_(task) {}

    void run() {
        for (std::uint64_t index; !crew_.stop && (index = crew_.next.fetch_add(1)) < task_.count;)
            if (is_due(task_.stop) || !train(index)) crew_.stop = true;
    }

private:
    Call call_of(Kind kind, std::uint64_t first, std::uint64_t count) const {
        Call call = {{kind, task_.problem, task_.precision, task_.seed, id_, block_.memory()}};
        call.first = first;
        call.count = count;
        call.stop = task_.stop;
        Reader::set(call, task_);
        return call;
    }

    // False: given up.
    bool train(std::uint64_t index) {
        id_ = task_.first + index;
        if (used_ && !block_.clear(task_.stop)) return false;
        used_ = true;
        lanes_(call_of(Kind::prepare, 0, 0));
        std::uint64_t step = 0, k = 0;
        bool finite = true;
        if (task_.from) {
            block_.load(*task_.from, index);
            step = task_.from->steps[index];
            finite = task_.from->failed[index] == 0;
        }
        Monitor* const path = task_.path.monitors + index * task_.path.times;
        while (finite) {
            for (; k < task_.path.times && task_.path.steps[k] == step; ++k)
                if (!look(step, path[k])) return false;
            const std::uint64_t end = k < task_.path.times ? task_.path.steps[k] : task_.problem->steps;
            if (step >= end) break;
            if (!slices_.advance(step, end, finite, [&](std::uint64_t from, std::uint64_t count) {
                    return lanes_(call_of(Kind::train, from, count));
                }))
                return false;
        }
        for (; k < task_.path.times; ++k) path[k] = {};
        Monitor monitor;
        if (finite && !(look(step, monitor) && look_at_objective(step, step, monitor.objective))) return false;
        if (task_.to) {
            block_.keep(*task_.to, index);
            task_.to->steps[index] = step;
            task_.to->failed[index] = finite ? 0 : 1;
        }
        if (finite && !look_at_start(step, monitor.start_objective)) return false;
        record_end(task_, index, step, monitor);
        return true;
    }

    bool look(std::uint64_t step, Monitor& monitor) {
        return reader_.look(block_, call_of(Kind::prepare, step, 0), lanes_, monitor);
    }

    // As of `step`, in a training of `end` steps.
    template <class Objective>
    bool look_at_objective(std::uint64_t step, std::uint64_t end, Objective& objective) {
        return reader_.look_at_objective(call_of(Kind::prepare, step, 0), end, lanes_, objective);
    }

    // The start takes the place of the trained member: with the constants of the end, and with its own, the worse of the two.
    template <class Objective>
    bool look_at_start(std::uint64_t end, Objective& objective) {
        const auto look_from = [&](std::uint64_t step, Objective& found) {
            if (!block_.clear(task_.stop)) return false;
            lanes_(call_of(Kind::prepare, step, 0));
            return look_at_objective(step, end, found);
        };
        if (!look_from(end, objective)) return false;
        if (!Reader::has_two_starts(*task_.problem)) return true;
        Objective own;
        if (!look_from(0, own)) return false;
        take_the_worse(own, objective);
        return true;
    }

    const Task& task_;
    Lanes lanes_;
    TrainingCrew& crew_;
    TrainingSlices slices_;
    MemberBlock<Family> block_;
    bool used_ = false;  // the block, by another member
    std::uint64_t id_ = 0;
    Reader reader_;
};

// False: stopped; members that were not finished are not recorded.
template <class Family>
bool train_on_cpu(const typename Family::Task& task, typename MemberTrainings<Family>::Lanes lanes,
                  const CpuOptions& options) {
    TrainingCrew crew;
    const std::thread::id calling = std::this_thread::get_id();
    const auto threads = std::min<std::uint64_t>(static_cast<std::uint64_t>(std::max(options.threads, 1)), task.count);
    on_threads(static_cast<int>(threads), [&](const Crew&) {
        try {
            MemberTrainings<Family>(task, lanes, crew, std::this_thread::get_id() == calling).run();
        } catch (...) {
            crew.stop = true;
            throw;
        }
    });
    return !crew.stop;
}

// `ask` adds to the call what it wants to know of a trained member. False: stopped.
template <class Family, class Ask>
bool ask_member(typename Family::TaskKind kind, const TrainedMemberOf<typename Family::Problem>& member,
                typename MemberTrainings<Family>::Lanes lanes, const Ask& ask) {
    MemberBlock<Family> block(*member.problem, member.precision, member.stop);
    block.load_parameters(member.parameters);
    typename Family::Call call = {{kind, member.problem, member.precision, member.seed, member.id, block.memory()}};
    call.first = member.steps;
    call.stop = member.stop;
    ask(call);
    return !lanes(call).given_up;
}

// The parameters of a member at its start (count).
template <class Family>
void start_of_member(const typename Family::Problem& problem, std::uint64_t seed, std::uint64_t id,
                     typename MemberTrainings<Family>::Lanes lanes, double* parameters) {
    const MemberBlock<Family> block(problem, Precision::double_precision);
    lanes({{Family::TaskKind::prepare, &problem, Precision::double_precision, seed, id, block.memory()}});
    std::copy_n(block.of_doubles().parameters, Family::count(problem), parameters);
}

// The loss at given parameters (count), and its gradient (count).
template <class Family, class Ask>
double gradient_of_member(const typename Family::Problem& problem, const double* parameters, std::uint64_t step,
                          typename MemberTrainings<Family>::Lanes lanes, double* gradient, const Ask& ask) {
    MemberBlock<Family> block(problem, Precision::double_precision);
    block.load_parameters(parameters);
    typename Family::Call call = {
        {Family::TaskKind::gradient, &problem, Precision::double_precision, 0, 0, block.memory()}};
    call.first = step;
    ask(call);
    const double loss = lanes(call).loss;
    std::copy_n(block.of_doubles().gradient, Family::count(problem), gradient);
    return loss;
}

}  // namespace modecollapse
