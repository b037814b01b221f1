// modecollapse sample: draws from a trained flow that was saved with --save-flows, or looks at its density at given
// points.
#include <fmt/format.h>

#include "host/cli/commands.hpp"
#include "host/cli/parameters.hpp"
#include "host/cli/trained_vae.hpp"
#include "host/families/encoder_options.hpp"
#include "host/families/realnvp/saved_members.hpp"
#include "host/families/realnvp/words.hpp"
#include "host/io/names.hpp"
#include "host/options/physics_options.hpp"
#include "host/report/sample.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"
#include "modecollapse/realnvp/draws.hpp"

namespace modecollapse {
namespace {

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
    if (options.has("models")) {
        if (options.has("flows")) options.refuse("models", "does not go with --flows (allowed: one of the two)");
        return sample_models(options);
    }
    if (!options.has("flows"))
        throw UsageError(
            "sample: --flows FILE is missing: a file written by probability --family realnvp --save-flows; or --models "
            "FILE, one of --save-models, of the family vae or sequence-vae");
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

    const RealnvpProblem problem = flows.problem();
    const RealnvpMember member = {&problem,
                                  flows.precision,
                                  flows.seed,
                                  static_cast<std::uint64_t>(id),
                                  flows.parameters.data() + index * n,
                                  give_up_request()};
    const bool given = options.has("points");
    constexpr double bytes_of_a_number = 200.0;  // with its place in a table
    const auto skip = static_cast<std::uint64_t>(options.integer("skip")),
               count = static_cast<std::uint64_t>(options.integer("samples"));
    if (!given) {
        require_draws(skip, count, blocks_per_flow_sample(flows.training.shape.dimension), 0);
        require_memory(fmt::format("sample with --samples {} in {} dimensions", options.integer("samples"), d),
                       bytes_of_a_number * options.number("samples") * static_cast<double>(d + 2));
    }
    const RealnvpPoints points = given ? points_looked_at(member, backend.isa.c_str(), points_from(options, d))
                                       : drawn_points(member, backend.isa.c_str(), skip, count);
    throw_if_given_up();  // then the points are not complete
    report.record.finished = utc_now();
    report.result = sample_result(points, d, given ? PointsOf::user : PointsOf::draws, flows.steps[index]);
    report.text = fmt::format("{} {} of member {} after {} steps\n{}\n\n", points.log_q.size(),
                              given ? "points" : "samples", id, text_of(report.result, "steps"), describe(flows)) +
                  to_aligned_text(csv_of(report.result));
    const auto told = [&](const char* name, const VariableData& data) {
        report.result.add({{variable_name(name), {}, data, option_attributes(*find_option(name, probability_command))},
                           FieldKind::coordinate});
    };
    told("dimension", std::vector<std::int64_t>{static_cast<std::int64_t>(d)});
    if (flows.modes) {
        add_modes(report.result, flows.modes->modes(), flows.modes->weights());
    } else {
        told("radius", std::vector<double>{flows.target.radius});
        told("target-weight", std::vector<double>{flows.target.target_weight});
    }
    return report;
}

}  // namespace modecollapse
