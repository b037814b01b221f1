// Ensembles of trained variational autoencoders, whatever they are of: run, recorded and followed through the seam.
//
// Task: what the family's kernels train (kernels/vae/ensemble.hpp, kernels/sequence/ensemble.hpp), in whose namespace are
// run_on_cpu(task, options), run_on_cuda(task, options) and exact_outcome_of(problem, monitor).
#pragma once

#include <fmt/format.h>

#include "host/families/encoder_measures.hpp"
#include "host/families/recorded_parts.hpp"
#include "host/families/saved_models.hpp"
#include "host/families/training_times.hpp"
#include "kernels/training/task.hpp"
#include "modecollapse/vae/outcome.hpp"

namespace modecollapse {

// What members are summed by and followed by, in the order of the schema.
template <class Monitor>
struct MonitorColumn {
    Quantity quantity;
    double Monitor::*value;
};

template <class Task, class Monitor>
class TrainedEncoders : public Ensemble {
public:
    using Columns = std::vector<MonitorColumn<Monitor>>;

    // The schema gains the columns' quantities.
    TrainedEncoders(Schema schema, Columns columns) : schema_(std::move(schema)), columns_(std::move(columns)) {
        for (const MonitorColumn<Monitor>& column : columns_) schema_.quantities.push_back(column.quantity);
    }

    std::vector<Tally> run(const Ids& ids, const Backend& backend, const RunControl& control) const override {
        Members members(ids.edges.back() - ids.edges.front());
        const Task task = task_of(ids.seed, ids.edges.front(), members.steps.size());
        return recorded_parts(
            schema_, ids, [&] { train_all(task, members, backend, control); },
            [&](std::uint64_t i) { return end_of(task, members, i, members.steps[i]); });
    }

    RecordedRun run_recorded(const Ids& ids, const Backend& backend, const RunControl& control,
                             SavedRun* saved) const override {
        const std::uint64_t first = ids.edges.front(), count = ids.edges.back() - first;
        const auto* models = static_cast<const SavedModelsRun*>(saved);
        const TrainingStates* from = models ? models->from() : nullptr;
        Members members(count);
        Task task = task_of(ids.seed, first, count);
        task.from = from;
        if (models) task.to = models->to();
        try {
            train_all(task, members, backend, control);
        } catch (const Interrupted&) {
            if (control.when_given_up == WhenGivenUp::throws || members.outcome.front() == unfinished_member) throw;
        }
        TallyOfMembers tally(schema_, first);
        RecordedRun run;
        for (const MonitorColumn<Monitor>& column : columns_) run.members.quantities.push_back(column.quantity);
        run.members.values.resize(columns_.size());
        // The members up to the first that is not finished: which of the others are may depend on their outcome.
        for (std::uint64_t i = 0; i < count && members.outcome[i] != unfinished_member; ++i) {
            tally.add(end_of(task, members, i, members.steps[i] - (from ? from->steps[i] : 0)));
            run.members.outcomes.push_back(members.outcome[i]);
            std::size_t k = 0;
            for (const MonitorColumn<Monitor>& column : columns_)
                run.members.values[k++].push_back(members.monitors[i].*column.value);
        }
        run.tally = tally.result();
        return run;
    }

    Series follow(const SeriesRequest& request, const Backend& backend) const override {
        const std::size_t n = request.ids.size();
        Series series;
        for (const MonitorColumn<Monitor>& column : columns_) series.monitors.push_back(column.quantity);
        series.monitors.push_back(trained_active);
        series.of_time = {weight_of_time};
        series.outcomes.resize(n);
        const auto& problem = *task_of(request.seed, 0, 1).problem;
        const std::vector<std::uint64_t> steps = steps_of_times(request.times, problem.steps);
        for (const std::uint64_t step : steps)
            series.time_values.push_back(problem.kl_weight.at(static_cast<double>(step)));
        std::vector<Monitor> monitors(steps.size());
        for (std::size_t i = 0; i < n; ++i) {
            Task task = task_of(request.seed, request.ids[i], 1);
            task.record.outcome = &series.outcomes[i];
            task.path = {steps.data(), steps.size(), monitors.data()};
            train(task, backend, [&](double share) {
                if (request.progress)
                    request.progress((static_cast<double>(i) + share) / static_cast<double>(n),
                                     fmt::format("member {}", request.ids[i]));
            });
            for (const Monitor& monitor : monitors) {
                for (const MonitorColumn<Monitor>& column : columns_) series.values.push_back(monitor.*column.value);
                series.values.push_back(monitor.active);
            }
        }
        return series;
    }

    double bytes_of_a_member() const override { return 500.0; }
    std::uint64_t members_at_once(const Backend& backend) const override {
        return backend.cuda ? 256 : static_cast<std::uint64_t>(backend.threads);  // a GPU: two blocks a multiprocessor
    }

protected:
    std::uint64_t equal_steps() const override { return task_of(0, 0, 1).problem->steps; }
    void make_steps(std::uint64_t count, std::uint64_t steps, const Backend& backend) const override {
        Members members(count);
        Task task = task_of(0, 0, count);
        auto problem = *task.problem;
        problem.steps = steps;
        task.problem = &problem;
        train_all(task, members, backend, {});
    }

    virtual Task task_of(std::uint64_t seed, std::uint64_t first, std::uint64_t count) const = 0;

private:
    // What is known of every member of a run.
    struct Members {
        explicit Members(std::uint64_t count) : outcome(count, unfinished_member), steps(count), monitors(count) {}

        std::vector<std::uint8_t> outcome;
        std::vector<std::uint64_t> steps;  // made
        std::vector<Monitor> monitors;
    };

    // made: steps of this run.
    MemberEnd end_of(const Task& task, const Members& members, std::uint64_t i, std::uint64_t made) const {
        if (members.outcome[i] == unfinished_member) return {-1};
        const Monitor& monitor = members.monitors[i];
        MemberEnd end = end_of_trained_encoder(members.outcome[i], monitor.active, made, task.problem->exact_data,
                                               exact_outcome_of(*task.problem, monitor), monitor.exact_active);
        if (end.outcome != static_cast<int>(vae::Outcome::failed))
            for (const MonitorColumn<Monitor>& column : columns_) end.quantities.push_back(monitor.*column.value);
        return end;
    }

    void train_all(Task task, Members& members, const Backend& backend, const RunControl& control) const {
        const std::uint64_t count = members.steps.size();
        task.record = {members.outcome.data(), members.steps.data(), members.monitors.data()};
        std::function<void(double)> progress;
        if (control.progress)
            progress = [&](double share) {
                control.progress(static_cast<std::uint64_t>(share * static_cast<double>(count)));
            };
        train(task, backend, progress);
    }

    static void train(Task task, const Backend& backend, const std::function<void(double)>& progress) {
        throw_if_given_up();
        task.stop = give_up_request();
        const double total = static_cast<double>(task.problem->steps) * static_cast<double>(task.count);
        if (progress) task.progress = [&](std::uint64_t steps) { progress(static_cast<double>(steps) / total); };
        if (!finishes(task, backend)) throw Interrupted{};
    }

    static bool finishes(const Task& task, const Backend& backend) {
        if (!backend.cuda) return run_on_cpu(task, {backend.threads, backend.isa.c_str()});
        try {
            return run_on_cuda(task, {backend.device_index});
        } catch (const std::runtime_error& error) {
            throw DeviceError(error.what());
        }
    }

    Schema schema_;
    Columns columns_;
};

}  // namespace modecollapse
