// modecollapse theory: P(collapse) and the probability of every outcome by the theory of docs/theory.md, for a list of
// dimensions.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "host/cli/commands.hpp"
#include "host/cli/failed_members.hpp"
#include "host/options/physics_options.hpp"
#include "host/run/watch.hpp"
#include "host/theory/collapse_theory.hpp"

namespace modecollapse {
namespace {

struct Row {
    double dimension;
    CollapseTheory theory;
    double seconds;

    double failed() const { return theory.share[static_cast<int>(Outcome::failed)]; }
};

Attributes described(const char* long_name) { return {{"units", "1"}, {"long_name", long_name}}; }

Dataset dataset_of(const std::vector<Row>& rows) {
    std::vector<std::int64_t> dimensions, trajectories;
    std::vector<double> p, leading, low, high, failed, error, matching, probability;
    std::vector<std::int8_t> converged;
    for (const Row& row : rows) {
        dimensions.push_back(static_cast<std::int64_t>(row.dimension));
        trajectories.push_back(row.theory.trajectories);
        p.push_back(row.theory.p_collapse);
        leading.push_back(row.theory.p_leading_order);
        low.push_back(row.theory.p_low);
        high.push_back(row.theory.p_high);
        failed.push_back(row.failed());
        error.push_back(row.theory.error);
        matching.push_back(row.theory.matching_time);
        converged.push_back(row.theory.converged ? 1 : 0);
        probability.insert(probability.end(), row.theory.share, row.theory.share + outcome_count);
    }
    const std::vector<std::string> list = {"dimension"};
    Attributes flags = described("whether the error met the accuracy");
    flags.push_back({"flag_values", std::vector<std::int8_t>{0, 1}});
    flags.push_back({"flag_meanings", "no yes"});
    Dataset dataset;
    dataset.dimensions = {{"dimension", rows.size()}, {"outcome", outcome_count}};
    dataset.variables = {
        {"dimension", list, dimensions, described("dimension d of the space")},
        outcome_coordinate(),
        {"p_collapse", list, p, described("probability of mode collapse by the theory")},
        {"p_low", list, low, described("p_collapse less its error, if none of the failed starts collapses")},
        {"p_high", list, high, described("p_collapse plus its error, if all failed starts collapse")},
        {"failed", list, failed, described("probability of a start whose trajectory failed")},
        {"p_leading_order", list, leading, described("the same to leading order for large d: s(0) = 0")},
        {"error", list, error, described("bound on the error of every probability: numerical, and what failed")},
        {"converged", list, converged, flags},
        {"probability", {"dimension", "outcome"}, probability, described("probability of each outcome by the theory")},
        {"trajectories", list, trajectories, described("trajectories of the full flow that were used")},
        {"matching_time", list, matching, described("mean time up to which the linear regime was used")}};
    return dataset;
}

nlohmann::ordered_json json_of(const Row& row) {
    nlohmann::ordered_json outcomes;
    for (int i = 0; i < outcome_count; ++i) outcomes[outcome_names[i]] = row.theory.share[i];
    return {{"dimension", static_cast<std::int64_t>(row.dimension)},
            {"p_collapse", row.theory.p_collapse},
            {"p_low", row.theory.p_low},
            {"p_high", row.theory.p_high},
            {"failed", row.failed()},
            {"p_leading_order", row.theory.p_leading_order},
            {"error", row.theory.error},
            {"converged", row.theory.converged},
            {"probability", outcomes},
            {"trajectories", row.theory.trajectories},
            {"circles", row.theory.circles},
            {"matching_time", row.theory.matching_time},
            {"seconds", row.seconds}};
}

std::vector<MemberFailures> failures_of(const std::vector<Row>& rows) {
    std::vector<MemberFailures> failures;
    for (const Row& row : rows) {
        const auto trajectories = static_cast<double>(row.theory.trajectories);
        failures.push_back({std::round(row.failed() * trajectories), trajectories, row.failed(), is_known(row.failed()),
                            fmt::format("at d = {:.0f}", row.dimension)});
    }
    return failures;
}

Backend processor_from(const Configuration& options, const Problem& problem, const MixtureSettings& settings) {
    if (settings.sampled.dynamics != Dynamics::flow)
        options.refuse("dynamics", "the theory is for the gradient flow (allowed: flow)");
    if (is_adaptive(problem.annealing))
        options.refuse("annealing", "the theory knows no schedule that depends on the trajectory (allowed: another)");
    if (options.text("weights") != "fixed")
        options.refuse("weights", "the theory is for fixed weights (allowed: fixed)");
    if (options.text("backend") == "cuda")
        options.refuse("backend", "the theory takes too few trajectories for a GPU (allowed: auto|cpu)");
    if (options.text("precision") == "single")
        options.refuse("precision", "the theory locates separatrices in double precision only (allowed: double)");
    BackendOptions request;
    request.backend = BackendChoice::cpu;
    request.threads = static_cast<int>(options.integer("threads"));
    return choose_backend(request);
}

}  // namespace

Report run_theory(const Configuration& options) {
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const Backend backend = processor_from(options, problem, settings);
    Report report;
    report.record = begin_record(options, backend, "Probability of mode collapse by theory");
    const auto clock = [] { return std::chrono::steady_clock::now(); };
    const auto since = [&clock](auto begin) { return std::chrono::duration<double>(clock() - begin).count(); };

    const auto started = clock();
    const MixtureSetup setup(problem, settings);
    TheoryOptions theory;
    theory.accuracy = options.number("accuracy");
    theory.threads = backend.threads;
    std::vector<double> dimensions = options.numbers("dimension");
    std::sort(dimensions.begin(), dimensions.end());
    dimensions.erase(std::unique(dimensions.begin(), dimensions.end()), dimensions.end());
    std::vector<Row> rows;
    const std::size_t done = as_far_as_possible(dimensions.size(), [&](std::size_t i) {
        const auto begin = clock();
        const CollapseTheory result = collapse_theory(setup, dimensions[i], theory);
        rows.push_back({dimensions[i], result, since(begin)});
    });
    if (done < dimensions.size())
        report.partial = fmt::format("the first {} of {} dimensions", done, dimensions.size());
    report.record.finished = utc_now();

    report.json["rows"] = nlohmann::ordered_json::array();
    report.csv.columns = {"radius",     "dimension",       "target_weight", "weight",
                          "p_collapse", "p_leading_order", "error",         "converged"};
    for (const char* name : outcome_names) report.csv.columns.emplace_back(name);
    for (const char* name : {"trajectories", "p_low", "p_high", "status"}) report.csv.columns.emplace_back(name);
    Table table{{"dimension", "P(collapse)", "leading order", "error"}, {}};
    for (const char* name : outcome_names) table.columns.emplace_back(name);
    table.columns.emplace_back("trajectories");
    for (const Row& row : rows) {
        const CollapseTheory& t = row.theory;
        report.json["rows"].push_back(json_of(row));
        std::vector<std::string> cells = {
            cell_text(problem.radius), cell_text(row.dimension),         cell_text(problem.target_weight),
            cell_text(problem.weight), cell_text(row.theory.p_collapse), cell_text(row.theory.p_leading_order),
            cell_text(t.error),        t.converged ? "true" : "false"};
        std::vector<std::string> line = {fmt::format("{:.0f}", row.dimension),
                                         probability_text(row.theory.p_collapse, 5),
                                         probability_text(row.theory.p_leading_order, 5),
                                         fmt::format("{:.0e}{}", t.error, t.converged ? "" : " (not met)")};
        for (const double share : t.share) {
            cells.push_back(cell_text(share));
            line.push_back(fmt::format("{:.5f}", share));
        }
        for (auto* target : {&cells, &line}) target->push_back(fmt::format("{}", t.trajectories));
        for (const double bound : {row.theory.p_low, row.theory.p_high}) cells.push_back(cell_text(bound));
        cells.emplace_back(status_of(row.theory.p_collapse));
        report.csv.rows.push_back(std::move(cells));
        table.rows.push_back(std::move(line));
    }
    report.json["radius"] = problem.radius;
    add_physics(report.json, problem, settings);
    report.json["accuracy"] = theory.accuracy;
    add_provenance(report.json, options, report.record);
    report.json["seconds"] = since(started);
    report.text = fmt::format("Probabilities by theory: linear regime matched to the full flow, to {:g}\n{}\n\n",
                              theory.accuracy, describe(problem, settings, true)) +
                  to_aligned_text(table) +
                  fmt::format("\n{:.2f} s on {} ({})\n", since(started), report.record.backend, report.record.isa);
    report.dataset = dataset_of(rows);
    report_failures(options, failures_of(rows), report);
    return report;
}

}  // namespace modecollapse
