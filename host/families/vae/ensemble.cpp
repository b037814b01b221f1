#include "host/families/vae/ensemble.hpp"

#include <fmt/format.h>

#include "host/families/encoder_measures.hpp"
#include "host/families/recorded_parts.hpp"
#include "host/families/training_times.hpp"
#include "host/families/vae/saved_run.hpp"
#include "kernels/vae/exact_posterior.hpp"

namespace modecollapse {
namespace {

using vae::Monitor;

// What members are summed by and followed by, in the order of the schema.
struct MonitorColumn {
    Quantity quantity;
    double Monitor::*value;
};
constexpr MonitorColumn of_encoder[] = {
    {{encoder_kl.name, encoder_kl.unit, encoder_kl.long_name, "", "KL", "{:.4f}"}, &Monitor::kl},
    {{"reconstruction", "nat", "expected log likelihood of the data given their latents", "", "log p(x|z)", "{:.4f}"},
     &Monitor::reconstruction},
    {{"elbo", "nat", "evidence lower bound, at KL weight 1", "", "ELBO", "{:.4f}"}, &Monitor::elbo},
    {{"largest_variance", "1", "largest eigenvalue of the covariance of the posterior means", "", "largest", "{:.5f}"},
     &Monitor::variance},
};
constexpr MonitorColumn of_clusters[] = {
    {{"class_kl", "nat", "KL divergence of the encoder's classes from the prior's, a sample", "", "KL of y", "{:.4f}"},
     &Monitor::class_kl},
    {{"information", "nat", "mutual information of data and class by the encoder", "I", "I(x;y)", "{:.4f}"},
     &Monitor::information},
    {{"active_within", "1", "active latent directions within the classes", "", "within", "{:.0f}"},
     &Monitor::active_within},
};
constexpr MonitorColumn of_labels[] = {
    {{"accuracy", "1", "share of the data whose class by the encoder fits their label", "", "accuracy", "{:.4f}"},
     &Monitor::accuracy},
};
constexpr MonitorColumn of_exact[] = {
    {{"log_likelihood", "nat", "log likelihood of the data, importance-weighted", "", "log p(x)", "{:.4f}"},
     &Monitor::likelihood},
    {posterior_kl, &Monitor::exact_kl},
    {posterior_fisher, &Monitor::exact_fisher},
    {{"fisher_bound", "1", "lower bound of that divergence by the decoder's inverse-Lipschitz constant"},
     &Monitor::fisher_bound},
    {{"posterior_effective", "1",
      "share of the data whose exact posterior the lattice resolves; where it is sampled, effective share of the "
      "samples"},
     &Monitor::exact_effective},
};
constexpr MonitorColumn of_exact_clusters[] = {
    {{"posterior_information", "nat", "mutual information of data and class by the exact posterior"},
     &Monitor::exact_information},
};
constexpr MonitorColumn of_exact_labels[] = {
    {{"posterior_accuracy", "1", "share of the data whose class by the exact posterior fits their label"},
     &Monitor::exact_accuracy},
};

std::vector<MonitorColumn> columns_of(const vae::Problem& p) {
    std::vector<MonitorColumn> all;
    const auto add = [&](bool wanted, const auto& columns) {
        if (wanted) all.insert(all.end(), std::begin(columns), std::end(columns));
    };
    const bool clusters = p.clusters > 0, labels = clusters && vae::label_count(p.data) > 0, exact = p.exact_data > 0;
    add(true, of_encoder);
    add(clusters, of_clusters);
    add(labels, of_labels);
    add(exact, of_exact);
    add(exact && clusters, of_exact_clusters);
    add(exact && labels, of_exact_labels);
    return all;
}

void train(vae::Task task, const Backend& backend, const std::function<void(double)>& progress) {
    throw_if_given_up();
    task.stop = give_up_request();
    const double total = static_cast<double>(task.problem->steps) * static_cast<double>(task.count);
    if (progress) task.progress = [&](std::uint64_t steps) { progress(static_cast<double>(steps) / total); };
    if (!vae::run_on_cpu(task, {backend.threads, backend.isa.c_str()})) throw Interrupted{};
}

}  // namespace

Schema vae_schema(const Settings& settings) {
    Schema schema;
    for (int i = 0; i < vae::outcome_count; ++i) {
        const auto outcome = static_cast<vae::Outcome>(i);
        schema.classes.push_back({vae::outcome_names[i], outcome == vae::Outcome::collapsed ? OutcomeClass::collapse
                                                         : outcome == vae::Outcome::failed  ? OutcomeClass::failure
                                                                                            : OutcomeClass::other});
    }
    const vae::Problem p = problem_with_data(settings);
    const int directions = static_cast<int>(p.latent) + 1;
    schema.histograms = {{active_directions.name, directions, active_directions.long_name}};
    schema.events = {{"steps", "steps made in this run, by all trainings"}};
    if (p.exact_data > 0) {
        schema.histograms.push_back(
            {"posterior_active_directions", directions, "latent directions that are active by the exact posterior"});
        schema.events.push_back({"posterior_collapses",
                                 "trainings whose decoder's exact posterior has collapsed, whatever the encoder does",
                                 Events::one});
        schema.events.push_back(
            {"posterior_failures", "trainings that failed, or whose exact posterior is not known", Events::one});
    }
    for (const MonitorColumn& column : columns_of(p)) schema.quantities.push_back(column.quantity);
    return schema;
}

VaeEnsemble::VaeEnsemble(const Settings& settings) : schema_(vae_schema(settings)), run_(vae_run(settings)) {}

// What is known of every member of a run.
struct VaeEnsemble::Members {
    explicit Members(std::uint64_t count) : outcome(count, unfinished_member), steps(count), monitors(count) {}

    std::vector<std::uint8_t> outcome;
    std::vector<std::uint64_t> steps;  // made
    std::vector<Monitor> monitors;
};

// made: steps of this run.
MemberEnd VaeEnsemble::end_of(const Members& members, std::uint64_t i, std::uint64_t made) const {
    if (members.outcome[i] == unfinished_member) return {-1};
    MemberEnd end = {members.outcome[i], {-1}, {static_cast<std::int64_t>(made)}};
    const Monitor& monitor = members.monitors[i];
    if (end.outcome != static_cast<int>(vae::Outcome::failed)) {
        end.bins = {static_cast<int>(monitor.active)};
        for (const MonitorColumn& column : columns_of(run_.problem)) end.quantities.push_back(monitor.*column.value);
    }
    if (run_.problem.exact_data > 0) {
        const vae::Outcome exact = vae::exact_outcome_of(run_.problem, monitor);
        end.bins.push_back(exact == vae::Outcome::failed ? -1 : static_cast<int>(monitor.exact_active));
        end.events.push_back(exact == vae::Outcome::collapsed ? 1 : 0);
        end.events.push_back(exact == vae::Outcome::failed ? 1 : 0);
    }
    return end;
}

void VaeEnsemble::train_all(Members& members, const Ids& ids, const Backend& backend, const RunControl& control,
                            const SavedVaes* saved) const {
    const std::uint64_t count = members.steps.size();
    vae::Task task = {&run_.problem, run_.precision, ids.seed, ids.edges.front(), count};
    task.record = {members.outcome.data(), members.steps.data(), members.monitors.data()};
    if (saved) {
        task.from = saved->from();
        task.to = saved->to();
    }
    std::function<void(double)> progress;
    if (control.progress)
        progress = [&](double share) {
            control.progress(static_cast<std::uint64_t>(share * static_cast<double>(count)));
        };
    train(task, backend, progress);
}

std::vector<Tally> VaeEnsemble::run(const Ids& ids, const Backend& backend, const RunControl& control) const {
    Members members(ids.edges.back() - ids.edges.front());
    return recorded_parts(
        schema_, ids, [&] { train_all(members, ids, backend, control, nullptr); },
        [&](std::uint64_t i) { return end_of(members, i, members.steps[i]); });
}

RecordedRun VaeEnsemble::run_recorded(const Ids& ids, const Backend& backend, const RunControl& control,
                                      SavedRun* saved) const {
    const auto* models = static_cast<const SavedVaes*>(saved);
    const std::uint64_t first = ids.edges.front(), count = ids.edges.back() - first;
    Members members(count);
    try {
        train_all(members, ids, backend, control, models);
    } catch (const Interrupted&) {
        if (control.when_given_up == WhenGivenUp::throws || members.outcome.front() == unfinished_member) throw;
    }
    const vae::States* from = models ? models->from() : nullptr;
    TallyOfMembers tally(schema_, first);
    RecordedRun run;
    const std::vector<MonitorColumn> columns = columns_of(run_.problem);
    for (const MonitorColumn& column : columns) run.members.quantities.push_back(column.quantity);
    run.members.values.resize(run.members.quantities.size());
    // The members up to the first that is not finished: which of the others are may depend on their outcome.
    for (std::uint64_t i = 0; i < count && members.outcome[i] != unfinished_member; ++i) {
        tally.add(end_of(members, i, members.steps[i] - (from ? from->steps[i] : 0)));
        run.members.outcomes.push_back(members.outcome[i]);
        std::size_t k = 0;
        for (const MonitorColumn& column : columns)
            run.members.values[k++].push_back(members.monitors[i].*column.value);
    }
    run.tally = tally.result();
    return run;
}

Series VaeEnsemble::follow(const SeriesRequest& request, const Backend& backend) const {
    const vae::Problem& problem = run_.problem;
    const std::vector<std::uint64_t> steps = steps_of_times(request.times, problem.steps);
    const std::size_t n = request.ids.size();
    Series series;
    const std::vector<MonitorColumn> columns = columns_of(problem);
    for (const MonitorColumn& column : columns) series.monitors.push_back(column.quantity);
    series.monitors.push_back(
        {active_directions.name, active_directions.unit, active_directions.long_name, "", "active", "{:.0f}"});
    series.of_time = {{"beta", "1", "KL weight", "beta", "beta", "{:.4f}"}};
    for (const std::uint64_t step : steps)
        series.time_values.push_back(problem.kl_weight.at(static_cast<double>(step)));
    series.outcomes.resize(n);
    std::vector<Monitor> monitors(steps.size());
    for (std::size_t i = 0; i < n; ++i) {
        vae::Task task = {&problem, run_.precision, request.seed, request.ids[i], 1};
        task.record.outcome = &series.outcomes[i];
        task.path = {steps.data(), steps.size(), monitors.data()};
        train(task, backend, [&](double share) {
            if (request.progress)
                request.progress((static_cast<double>(i) + share) / static_cast<double>(n),
                                 fmt::format("member {}", request.ids[i]));
        });
        for (const Monitor& monitor : monitors) {
            for (const MonitorColumn& column : columns) series.values.push_back(monitor.*column.value);
            series.values.push_back(monitor.active);
        }
    }
    return series;
}

// Multiplications: a parameter is met once forward and twice in reverse; those of a Brenier map twice as often, the decoder's
// once for each class.
double VaeEnsemble::work_of_a_member() const {
    const vae::Problem& p = run_.problem;
    double decoder = static_cast<double>(parameter_count(p.network));
    if (p.decoder == vae::Decoder::brenier)
        decoder = 2.0 * static_cast<double>(parameter_count(p.first_map) + parameter_count(p.second_map));
    const double parameters = static_cast<double>(parameter_count(p.encoder)) + decoder * vae::classes_of(p);
    const double samples = static_cast<double>(p.batch) * static_cast<double>(p.steps);
    const double exact = vae::exact_latents(p) * (3.0 + 2.0 * p.latent) * decoder;
    return parameters * (3.0 * samples + static_cast<double>(p.held_out)) + exact;
}

double VaeEnsemble::bytes_of_a_thread() const {
    const vae::Problem& p = run_.problem;
    const double of_datum = vae::classes_of(p) * (2.0 * p.latent + 1.0) + p.dimension + 4.0;
    return static_cast<double>(vae::thread_bytes(p, run_.precision)) +
           8.0 * (static_cast<double>(p.held_out) * of_datum + vae::exact_numbers(p));
}

}  // namespace modecollapse
