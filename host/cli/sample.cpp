// modecollapse sample: draws from a trained flow that was saved with --save-flows, or looks at its density at given
// points.
#include <fmt/format.h>

#include <algorithm>

#include "host/cli/commands.hpp"
#include "host/cli/parameters.hpp"
#include "host/io/names.hpp"
#include "host/io/saved_members.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

// Points of R^d with the log densities of the flow and of the target. x: (count, d).
struct RealnvpPoints {
    std::vector<double> x, log_q, log_p;
};

RealnvpPoints drawn(const RealnvpMember& member, const char* isa, std::uint64_t skip, std::uint64_t count) {
    RealnvpPoints points = {std::vector<double>(count * member.problem->shape.dimension), std::vector<double>(count),
                            std::vector<double>(count)};
    realnvp_sample(member, isa, nullptr, skip, count, points.x.data(), points.log_q.data(), points.log_p.data());
    return points;
}

RealnvpPoints looked_at(const RealnvpMember& member, const char* isa, const std::vector<double>& x) {
    const std::size_t count = x.size() / member.problem->shape.dimension;
    RealnvpPoints points = {x, std::vector<double>(count), std::vector<double>(count)};
    std::vector<double> moved = x;  // becomes the base samples
    realnvp_density(member, isa, moved.data(), count, points.log_q.data(), points.log_p.data());
    return points;
}

std::vector<double> points_from(const Configuration& options, std::size_t dimension) {
    for (const char* name : {"samples", "skip"})
        if (options.given(name)) options.refuse(name, "does not go with --points (allowed: one of the two)");
    std::vector<double> x = options.numbers("points");
    if (x.size() % dimension != 0)
        options.refuse("points",
                       fmt::format("has {} numbers, and the flow is one of {} dimensions (allowed: {} numbers a point)",
                                   x.size(), dimension, dimension));
    return x;
}

}  // namespace

Report run_sample(const Configuration& options) {
    if (!options.has("flows"))
        throw UsageError(
            "sample: --flows FILE is missing: a file written by probability --family realnvp --save-flows");
    const std::string& path = options.text("flows");
    SavedMembers flows = read_members(path);
    const std::int64_t id = options.integer("member");
    const std::uint64_t index = static_cast<std::uint64_t>(id) - flows.first;
    if (static_cast<std::uint64_t>(id) < flows.first || index >= flows.members())
        options.refuse("member", fmt::format("is not in {} (allowed: {} to {})", path, flows.first,
                                             flows.first + flows.members() - 1));
    if (flows.failed[index])
        options.refuse("member",
                       fmt::format("failed after {} steps (allowed: a member that did not)", flows.steps[index]));
    const std::size_t d = flows.training.shape.dimension, n = parameter_count(flows.training.shape);
    BackendOptions cpu;
    cpu.backend = BackendChoice::cpu;
    const Backend backend = choose_backend(cpu);
    Report report;
    report.record = begin_record(options, backend, "Samples of a trained flow");
    report.record.seed = fmt::format("{}", flows.seed);
    report.record.precision = flows.precision == Precision::single_precision ? "single" : "double";

    const RealnvpProblem problem = realnvp_problem(flows.target, flows.training);
    const RealnvpMember member = {&problem,
                                  flows.precision,
                                  flows.seed,
                                  static_cast<std::uint64_t>(id),
                                  flows.parameters.data() + index * n,
                                  give_up_request()};
    const bool given = options.has("points");
    constexpr double bytes_of_a_number = 200.0;  // with its place in a table
    if (!given)
        require_memory(fmt::format("sample with --samples {} in {} dimensions", options.integer("samples"), d),
                       bytes_of_a_number * options.number("samples") * static_cast<double>(d + 2));
    const RealnvpPoints points =
        given ? looked_at(member, backend.isa.c_str(), points_from(options, d))
              : drawn(member, backend.isa.c_str(), static_cast<std::uint64_t>(options.integer("skip")),
                      static_cast<std::uint64_t>(options.integer("samples")));
    throw_if_given_up();  // then the points are not complete
    const auto& [x, log_q, log_p] = points;
    const std::size_t count = log_q.size();
    report.record.finished = utc_now();

    report.json["samples"] = nlohmann::ordered_json::array();
    for (std::size_t k = 0; k < d; ++k) report.csv.columns.push_back(fmt::format("x{}", k + 1));
    report.csv.columns.insert(report.csv.columns.end(), {"log_q", "log_p"});
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> row;
        for (std::size_t k = 0; k < d; ++k) row.push_back(cell_text(x[i * d + k]));
        row.push_back(cell_text(log_q[i]));
        row.push_back(cell_text(log_p[i]));
        report.csv.rows.push_back(std::move(row));
        report.json["samples"].push_back(std::vector<double>(x.begin() + static_cast<std::ptrdiff_t>(i * d),
                                                             x.begin() + static_cast<std::ptrdiff_t>((i + 1) * d)));
    }
    report.json["log_q"] = log_q;
    report.json["log_p"] = log_p;
    report.json["member"] = id;
    report.json["steps"] = flows.steps[index];
    report.json["radius"] = flows.target.radius;
    report.json["dimension"] = d;
    report.json["target_weight"] = flows.target.target_weight;
    add_provenance(report.json, options, report.record);
    report.text = fmt::format("{} {} of member {} after {} steps\n{}\n\n", count, given ? "points" : "samples", id,
                              flows.steps[index], describe(flows.target, flows.training)) +
                  to_aligned_text(report.csv);
    std::vector<std::int64_t> coordinates(d);
    for (std::size_t k = 0; k < d; ++k) coordinates[k] = static_cast<std::int64_t>(k + 1);
    report.dataset.dimensions = {{"sample", count}, {"coordinate", d}};
    report.dataset.variables = {
        {"coordinate", {"coordinate"}, coordinates, {{"units", "1"}, {"long_name", "number of the coordinate"}}},
        {"x",
         {"sample", "coordinate"},
         x,
         {{"units", "1"}, {"long_name", given ? "point looked at" : "sample of the flow"}}},
        {"log_q", {"sample"}, log_q, {{"units", "1"}, {"long_name", "log density of the flow"}}},
        {"log_p", {"sample"}, log_p, {{"units", "1"}, {"long_name", "log density of the target"}}}};
    for (const auto& [name, data] : std::initializer_list<std::pair<const char*, VariableData>>{
             {"radius", std::vector<double>{flows.target.radius}},
             {"dimension", std::vector<std::int64_t>{static_cast<std::int64_t>(d)}},
             {"target-weight", std::vector<double>{flows.target.target_weight}}})
        report.parameters.push_back(
            {variable_name(name), {}, data, option_attributes(*find_option(name, probability_command))});
    return report;
}

}  // namespace modecollapse
