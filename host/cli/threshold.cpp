// modecollapse threshold: the values of an option at which P(collapse) crosses levels, for a list of dimensions; of the
// radius with the folds and R_inf. The main job.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "host/cli/commands.hpp"
#include "host/cli/critical_values.hpp"
#include "host/cli/progress.hpp"
#include "host/experiments/family_threshold.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/start_options.hpp"
#include "host/options/threshold_options.hpp"
#include "host/report/special_radii.hpp"
#include "host/report/threshold.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

// Builds the ensembles at both ends, so that what is impossible is refused before anything runs.
void require_ends(const Configuration& options, const SearchedOption& over, const Family& family,
                  const FamilySearch& search, std::size_t dimensions, const Backend& backend) {
    for (std::size_t i = 0; i < dimensions; ++i)
        for (const double end : {over.low, over.high}) {
            try {
                const auto ensemble = family.make(search.settings(i, end));
                require_memory(fmt::format("threshold with {} {} on {} threads", search.members.count, family.members,
                                           backend.threads),
                               backend.threads * ensemble->bytes_of_a_thread());
            } catch (const TooLarge&) {
                throw;
            } catch (const std::domain_error& error) {
                if (options.has("over") || options.given(over.range_from))
                    options.refuse(over.range_from, fmt::format("at {} = {:g}: {}", over.name(), end, error.what()));
                throw;
            }
        }
}

std::string heading_of(const Family& family, const Settings& settings, const SearchedOption& over,
                       const ThresholdSearch& search, const SearchWords& words, bool listed) {
    std::vector<std::string> left_out = {over.name()};
    if (listed) left_out.emplace_back("dimension");
    if (words.is_radius())
        return fmt::format("{}: first radius in {:g} .. {:g} at which P(collapse) reaches the level\n{}",
                           title_of(family, "Critical radius R_c(d; level)"), search.low, search.high,
                           describe(family, settings, left_out));
    return fmt::format("{}: where P(collapse) crosses the level, in {:g} .. {:g}{}\n{}",
                       title_of(family, "Critical value of the " + words.long_name), search.low, search.high,
                       search.scale == Scale::logarithmic ? " on a logarithmic scale" : "",
                       described_by_options(family, settings, left_out));
}

std::string title_of(const Family& family, const SearchWords& words) {
    return words.is_radius()
               ? title_of(family, "Critical radius of mode collapse") + " against dimension"
               : title_of(family, fmt::format("Critical value of the {} of mode collapse", words.long_name));
}

// Large numbers to three digits.
std::string rounded(double count) { return count < 1e5 ? fmt::format("{:.0f}", count) : fmt::format("{:.3g}", count); }

}  // namespace

Report run_threshold(const Configuration& options) {
    const Family& family = family_named(options.family());
    const SearchedOption over = searched_option(options);
    const Backend backend = backend_from(options);
    const OptionRow* dimension = find_option("dimension", threshold_command, options.family());
    const SearchWords words = search_words(*over.row, dimension);
    Report report;
    report.record = begin_record(options, backend, title_of(family, words));
    const auto started = std::chrono::steady_clock::now();

    ThresholdRequest request;
    request.search = search_of(over, family);
    request.levels = sorted_without_repeats(options.numbers("level"));
    request.dimensions_are_listed = dimension && dimension->kind == Kind::integer_list;
    request.dimensions =
        request.dimensions_are_listed ? sorted_without_repeats(options.numbers("dimension")) : std::vector<double>{0.0};
    const SamplingPlan plan = sampling_from(options);
    FamilySearch search;
    search.family = &family;
    search.members = {options.seed(), trajectories_from(options, plan), plan};
    search.settings = [&](std::size_t i, double value) {
        return settings_at(options.settings(), family, over,
                           request.dimensions_are_listed ? text_of_number(request.dimensions[i]) : "", value);
    };
    const LookSchedule looks = looks_at(plan, search.members.count);
    search.guess = guess_of(options.settings(), family, over, request.dimensions_are_listed, request.dimensions);
    require_ends(options, over, family, search, request.dimensions.size(), backend);
    tell_drawn_seed(options);
    const Settings settings = search.settings(0, over.low);
    std::vector<SearchMark> marks;
    CriticalValues found;
    {
        Progress progress("threshold", !options.flag("quiet"));
        progress.update(0.0, "theory");
        if (family.marks) marks = family.marks(settings, over.name());
        std::vector<SpecialRadius> folds;
        for (const SearchMark& mark : marks)
            if (mark.jump) folds.push_back(mark.radius);
        search.beyond = beside(folds, request.search);
        request.progress = threshold_progress(progress, request, looks);
        try {
            found = family_critical_values(request, search, backend);
        } catch (const StoppedSearch& stopped) {
            if (partial_answers_kept()) spdlog::warn("{}", how_far(stopped, request, words));
            throw;
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    mark_missing_dimensions(found, report);

    const MemberClasses classes = classes_of(family, family.schema(settings));
    report.result = threshold_result(found, request.search, words, classes, search.members.count);
    if (!marks.empty()) add_special_radii(report.result, marks);
    add_first_pass(report.result, found, request.search, words, classes);
    add_facts(report.result, facts_of(family, settings, threshold_command, nullptr));
    report.result.add(time_taken(seconds));
    report.text =
        fmt::format("{}; {}{} {} at each {}, seed {}\n\n",
                    heading_of(family, settings, over, request.search, words, request.dimensions_are_listed),
                    looks.looks() > 1 ? "up to " : "", search.members.count, family.members,
                    words.is_radius() ? "radius" : "value", options.seed()) +
        to_aligned_text(threshold_table(report.result, request.search, words)) +
        (marks.empty() ? "" : "\nIndependent of the dimension:\n" + special_radii_text(report.result, marks)) +
        fmt::format("\n{} {} in {:.1f} s on {} ({}, {} precision)\n",
                    rounded(number_of(report.result, "trajectories_total")), family.members, seconds,
                    report.record.backend, report.record.isa, report.record.precision);
    report_failures(options, found, words, report);
    return report;
}

}  // namespace modecollapse
