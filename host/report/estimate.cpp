#include "host/report/estimate.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace modecollapse {

std::string members_of(const MemberClasses& classes) { return classes.members; }

void add_outcomes(Result& result, const MemberClasses& classes) {
    result.dimensions.emplace_back("outcome", classes.names.size());
    result.classes.emplace_back("outcome");
    result.add(field("outcome", {"outcome"}, fmt::format("outcome of a {}", classes.of), classes.names)
                   .only(file_form)
                   .of_kind(FieldKind::coordinate));
}

void add_estimate(Result& result, const MemberClasses& classes, const std::vector<std::int64_t>& counts,
                  const CollapseEstimate& estimate, std::uint64_t asked) {
    const std::string members = members_of(classes);
    const auto made = static_cast<std::uint64_t>(estimate.members.trials);
    add_outcomes(result, classes);
    result.add(number("p_collapse", "probability of mode collapse", estimate.p));
    result.add(number("ci_low", fmt::format("lower end of the 95 % interval ({})", estimate.ci_method),
                      estimate.interval.low));
    result.add(number("ci_high", fmt::format("upper end of the 95 % interval ({})", estimate.ci_method),
                      estimate.interval.high));
    result.add(field("ci_method", {}, "kind of the interval", Names{estimate.ci_method}));
    result.add(number("standard_error", "standard error of p_collapse", estimate.standard_error));
    result.add(field("counts", {"outcome"}, fmt::format("number of {}", members), counts));
    result.add(whole("failed", fmt::format("{} that failed", members), estimate.members.failed));
    result.add(flag("status", "status of the result", status_words, made < asked ? "partial" : status_of(estimate.p)));
    result.add(parameter("trajectories", members, estimate.members.trials));
}

void add_score_interval(Result& result, const TrialCounts& counts, Members members) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const Interval score = members == Members::independent ? wilson(counts) : Interval{none, none};
    result.add(number("wilson_low", "lower end of the 95 % score interval (Wilson)", score.low));
    result.add(number("wilson_high", "upper end of the 95 % score interval (Wilson)", score.high));
}

Table outcome_table(const Result& result, const MemberClasses& classes, Members members) {
    const auto total = static_cast<std::int64_t>(number_of(result, "trajectories"));
    const auto share = [total](const Value& count) {
        return fmt::format("{:.5f}", static_cast<double>(std::get<std::int64_t>(count)) / static_cast<double>(total));
    };
    const auto interval = [total](const Value& count) {
        const Interval exact = clopper_pearson(std::get<std::int64_t>(count), total);
        return fmt::format("{:.5f} .. {:.5f}", exact.low, exact.high);
    };
    std::vector<TextColumn> columns = {
        {"outcome", "outcome", {}}, {members_of(classes), "counts", {}}, {"share", "counts", share}};
    if (members == Members::independent) columns.push_back({"95 % interval", "counts", interval});
    return text_table(result, {"outcome"}, columns);
}

const char* status_of(double p) { return std::isnan(p) ? "failed" : "complete"; }

std::string probability_text(double p, int decimals) {
    return std::isnan(p) ? std::string("unknown") : fmt::format("{:.{}f}", p, decimals);
}

Field parameter(const char* name, const std::string& long_name, double value) {
    return number(name, long_name, value).of_kind(FieldKind::coordinate);
}
Field parameter(const char* name, const std::string& long_name, std::int64_t value) {
    return whole(name, long_name, value).of_kind(FieldKind::coordinate);
}
Field parameter(const char* name, const std::string& long_name, const std::string& word) {
    return field(name, {}, long_name, Names{word}).of_kind(FieldKind::coordinate);
}

}  // namespace modecollapse
