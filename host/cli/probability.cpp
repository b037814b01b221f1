// modecollapse probability: P(collapse) at one point, of any family.
#include <fmt/format.h>

#include <chrono>

#include "host/cli/commands.hpp"
#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/rare_probability.hpp"
#include "host/io/atomic_file.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/start_options.hpp"
#include "host/report/probability.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

// "scrambled Sobol, 16 replicates, student-t"
std::string how_known(const Result& result, const SamplingPlan& plan) {
    if (plan.sampling != Sampling::sobol) return "Clopper-Pearson";
    return fmt::format("scrambled Sobol, {} replicates, {}", text_of(result, "replicates"),
                       text_of(result, "ci_method"));
}

std::string text_for(const Result& result, const Family& family, const Settings& settings,
                     const FamilyProbability& found, const std::vector<Fact>& facts, const RunRecord& record,
                     double seconds) {
    const bool sobol = found.plan.sampling == Sampling::sobol;
    const int decimals = sobol ? 7 : 5;
    const auto p = [&](const char* name) { return probability_text(number_of(result, name), decimals); };
    return fmt::format("P(collapse) = {}   95 % interval {} .. {} ({})\n{}; seed {}\n\n", p("p_collapse"), p("ci_low"),
                       p("ci_high"), how_known(result, found.plan), describe(family, settings), record.seed) +
           to_aligned_text(outcome_table(result, classes_of(family, family.schema(settings)),
                                         sobol ? Members::replicated : Members::independent)) +
           remark_on(family, settings, found.tally, facts) +
           fmt::format("{} {} in {:.2f} s on {} ({}, {} precision)\n", text_of(result, "trajectories"), family.members,
                       seconds, record.backend, record.isa, record.precision);
}

}  // namespace

Report run_probability(const Configuration& options) {
    if (options.flag("rare")) return run_rare_probability(options);
    const Family& family = family_named(options.family());
    const Settings settings = options.settings();
    const std::shared_ptr<const Ensemble> ensemble = family.make(settings);  // checks what rows do not
    MembersAsked asked = {options.seed(), 0, sampling_from(options)};
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, title_of(family, "Probability of mode collapse"));
    asked.count = trajectories_from(options, asked.plan);
    require_memory(fmt::format("{} {} on {} threads", asked.count, family.members, backend.threads),
                   backend.threads * ensemble->bytes_of_a_thread() +
                       static_cast<double>(asked.count) * ensemble->bytes_of_a_member());
    const std::unique_ptr<SavedRun> saved = family.members_files ? family.members_files->begin(options) : nullptr;
    tell_drawn_seed(options);
    const auto started = std::chrono::steady_clock::now();
    FamilyProbability found;
    {
        Progress progress("probability", !options.flag("quiet"));
        RunControl control;
        if (partial_answers_kept()) control.when_given_up = WhenGivenUp::keeps_the_first;
        control.progress = [&](std::uint64_t done) {
            progress.update(static_cast<double>(done) / static_cast<double>(asked.count),
                            fmt::format("{} {}", done, family.members));
        };
        found = family_probability(family, settings, asked, backend, control, saved.get());
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    if (found.made() < found.asked)
        report.partial = fmt::format("the first {} of {} {}", found.made(), found.asked, family.members);
    try {
        if (saved && !saved->write(report.record, static_cast<std::uint64_t>(found.made())))
            warn_user(fmt::format("the {} that this run goes on with are left as they were saved", family.members));
    } catch (const WriteError& error) {
        if (!partial_answers_kept()) throw;  // a caller's error has no result beside it
        report.unwritten = error.what();
    }
    const std::vector<Fact> facts = facts_of(family, settings, probability_command, &found.tally);
    report.result = probability_result(family, settings, found, facts);
    report.result.add(time_taken(seconds));
    report.text = text_for(report.result, family, settings, found, facts, report.record, seconds);
    report_failures(options, {failures_of(found.estimate.members)}, report);
    if (!report.unwritten.empty()) report.exit_code = exit_write;
    return report;
}

}  // namespace modecollapse
