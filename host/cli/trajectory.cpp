// modecollapse trajectory: members of an ensemble over time, by their ids (--id) or from a given start (--start).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/cli/commands.hpp"
#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/experiments/threshold.hpp"
#include "host/options/physics_options.hpp"
#include "host/report/trajectory.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

constexpr int default_times = 20;  // intervals between the output times, of an option without a default

// As asked for; else evenly up to the horizon, in whole steps where the horizon is a number of them.
std::vector<double> times_of(const Configuration& options, const Settings& settings) {
    if (options.has("times")) return sorted_without_repeats(options.numbers("times"));
    const double horizon = settings.number("horizon");
    const bool steps = find_option("horizon", trajectory_command, options.family())->kind == Kind::integer;
    std::vector<double> times;
    for (int i = 0; i <= default_times; ++i) {
        const double time = horizon * i / default_times;
        times.push_back(steps ? std::floor(time) : time);
    }
    return sorted_without_repeats(times);
}

// Of a given start that nothing random happens to.
Field no_seed() {
    Field seed = parameter("seed", "seed", std::string("none"));
    seed.missing = true;
    return seed;
}

}  // namespace

Report run_trajectory(const Configuration& options) {
    const Family& family = family_named(options.family());
    Settings settings = options.settings();
    if (options.has("start") && options.numbers("start").size() == 4)  // m1,m2,s,w1
        settings.set("weight", text_of_number(options.numbers("start")[3]));
    SeriesRequest request;
    request.seed = options.seed();
    request.times = times_of(options, settings);
    if (options.has("start"))
        request.start = options.numbers("start");
    else if (options.has("id"))
        for (const std::int64_t id : options.integers("id")) request.ids.push_back(static_cast<std::uint64_t>(id));
    else
        request.ids = {0};
    const std::size_t members = options.has("start") ? 1 : request.ids.size();
    constexpr double bytes_of_a_time = 1200.0;  // with its lines in a table
    require_memory(fmt::format("trajectory with {} {} at {} times", members, family.members, request.times.size()),
                   bytes_of_a_time * static_cast<double>(members) * static_cast<double>(request.times.size()));
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, family.title_of_series);
    const std::shared_ptr<const Ensemble> ensemble = family.make(settings);  // checks what rows do not
    if (!options.has("start")) tell_drawn_seed(options);
    Series series;
    {
        Progress progress("trajectory", !options.flag("quiet"));
        request.progress = [&](double fraction, const std::string& note) { progress.update(fraction, note); };
        series = ensemble->follow(request, backend);
    }
    if (options.has("start") && series.is_random) tell_drawn_seed(options);
    if (series.outcomes.size() < members)
        report.partial = fmt::format("the first {} of {} {}", series.outcomes.size(), members, family.members);
    const Schema schema = family.schema(settings);
    const auto failed = std::count_if(series.outcomes.begin(), series.outcomes.end(), [&](const auto outcome) {
        return schema.classes[static_cast<std::size_t>(outcome)].role == OutcomeClass::failure;
    });
    warn_of_failures(options, static_cast<std::size_t>(failed), series.outcomes.size(), family.members);
    report.record.finished = utc_now();

    const bool starts = find_option("start", trajectory_command, options.family()) != nullptr;
    const std::vector<Fact> facts = facts_of(family, settings, trajectory_command, nullptr);
    report.result = trajectory_result(family, schema, request, series, starts ? Starts::given_too : Starts::drawn);
    add_facts(report.result, facts);
    if (!series.is_random) report.result.add(no_seed());
    report.text = fmt::format("{}\n\n{}\n{}{}", describe(family, settings),
                              to_aligned_text(trajectory_table(report.result, series)),
                              to_aligned_text(fate_table(report.result, series)), text_of_facts(facts));
    return report;
}

}  // namespace modecollapse
