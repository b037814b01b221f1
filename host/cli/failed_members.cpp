#include "host/cli/failed_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/families/words.hpp"

namespace modecollapse {

MemberFailures failures_of(const TrialCounts& counts, const std::string& place) {
    return {static_cast<double>(counts.failed), static_cast<double>(counts.trials), failed_share(counts),
            is_known(counts), place};
}

FailureReport judge(const std::vector<MemberFailures>& all, double limit, const std::string& of,
                    const std::string& remedy) {
    const auto worse = [](const MemberFailures& a, const MemberFailures& b) {
        return a.known != b.known ? a.known : a.share < b.share;
    };
    const auto worst = std::max_element(all.begin(), all.end(), worse);
    if (worst == all.end() || (worst->known && worst->share == 0.0)) return {};
    FailureReport report;
    report.too_many = !worst->known || worst->share > limit;
    const std::string place = worst->place.empty() ? "" : " " + worst->place;
    const auto others = std::count_if(all.begin(), all.end(), [](const auto& one) { return one.share > 0.0; }) - 1;
    report.warning =
        fmt::format("{:.0f} of {:.0f} {} failed{}{} (a share of {:.3g}, {} --failed-limit {:g}): {}; {}", worst->failed,
                    worst->members, of, place, others > 0 ? fmt::format(", and some in {} other places", others) : "",
                    worst->share, worst->share > limit ? "above" : "within", limit,
                    worst->known ? "they count as neither outcome, and the interval holds whatever they would have been"
                                 : "so few are left that the probability is unknown",
                    remedy);
    return report;
}

void warn_of_failures(const Configuration& options, std::size_t failed, std::size_t members, const std::string& of) {
    if (failed > 0)
        warn_user(fmt::format("{} of {} {} failed; {}", failed, members, of,
                              remedy_of(family_named(options.family()), options.settings())));
}

void report_failures(const Configuration& options, const std::vector<MemberFailures>& all, Report& report) {
    const double limit = options.number("failed-limit");
    const Family& family = family_named(options.family());
    const FailureReport judged = judge(all, limit, family.members, remedy_of(family, options.settings()));
    report.result.add(attribute("failed_limit", limit));
    if (!judged.warning.empty()) warn_user(judged.warning);
    if (judged.too_many) report.exit_code = exit_members_failed;
}

}  // namespace modecollapse
