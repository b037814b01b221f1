#include "host/report/trajectory.hpp"

namespace modecollapse {
namespace {

const Names plane = {"trajectory", "time"}, members = {"trajectory"};

struct MonitorColumn {
    const char* name;
    double RealnvpMonitor::*value;
    const char* long_name;
    const char* heading;  // of the table for people; null: left out
    const char* format;
};
constexpr MonitorColumn monitor_columns[] = {
    {"reverse_kl", &RealnvpMonitor::reverse_kl, "KL divergence of the flow from the target", "KL(q||p)", "{:.4f}"},
    {"reverse_kl_error", &RealnvpMonitor::reverse_kl_error, "its standard error", nullptr, ""},
    {"effective_samples", &RealnvpMonitor::effective_samples, "effective share of samples", "effective", "{:.3f}"},
    {"forward_kl", &RealnvpMonitor::forward_kl, "KL divergence of the target from the flow", "KL(p||q)", "{:.4f}"},
    {"forward_kl_error", &RealnvpMonitor::forward_kl_error, "its standard error", nullptr, ""},
    {"projected_mean", &RealnvpMonitor::projected_mean, "mean of samples along mu*/R", "mean", "{:.3f}"},
    {"projected_variance", &RealnvpMonitor::projected_variance, "variance of samples along mu*/R", "variance",
     "{:.3f}"},
    {"mass_plus", &RealnvpMonitor::mass_plus, "mass of the flow on the side of +mu*", "mass +", "{:.4f}"},
};

// The two dimensions, the list of members, and the coordinates.
Result begun(std::vector<std::int64_t> ids, const char* long_name, std::vector<double> times, const char* time_name) {
    Result result;
    result.dimensions = {{"trajectory", ids.size()}, {"time", times.size()}};
    result.lists = {{"trajectories", members}};
    result.rows = plane;
    result.add(field("trajectory", members, long_name, std::move(ids))
                   .of_kind(FieldKind::coordinate)
                   .none_is(-1, "start")
                   .in("trajectories")
                   .as("id"));
    result.add(
        field("time", {"time"}, time_name, std::move(times)).of_kind(FieldKind::coordinate).in("trajectories").as("t"));
    return result;
}

}  // namespace

Result trajectory_result(const std::vector<TrajectorySeries>& all, const std::vector<double>& times) {
    std::vector<std::int64_t> ids;
    std::vector<std::int8_t> outcomes;
    std::vector<double> m1, m2, s, w1, beta, decided;
    for (const TrajectorySeries& series : all) {
        ids.push_back(series.id);
        outcomes.push_back(static_cast<std::int8_t>(series.outcome));
        decided.push_back(series.decided_at);
        for (const auto& y : series.states) m1.push_back(y.m1), m2.push_back(y.m2), s.push_back(1.0 - y.u);
        w1.insert(w1.end(), series.weights.begin(), series.weights.end());
        beta.insert(beta.end(), series.betas.begin(), series.betas.end());
    }
    Result result =
        begun(ids, "id of the trajectory; -1: a given start", times, "dimensionless time of the gradient flow");
    result.csv_first = {"trajectory", "time", "m1", "m2", "s", "w1", "beta", "outcome"};
    const auto add = [&](Field one) { result.add(std::move(one).in("trajectories")); };
    add(flags("outcome", members, "outcome", words_of(outcome_names, outcome_count), outcomes));
    add(field("decided_at", members, "time at which the outcome became certain", decided));
    add(field("m1", plane, "alignment of the first mean with the mode at +mu*", m1).symbol("m1"));
    add(field("m2", plane, "alignment of the second mean", m2).symbol("m2"));
    add(field("s", plane, "overlap of the two means", s).symbol("s"));
    add(field("w1", plane, "weight of the first component", w1).symbol("w1"));
    add(field("beta", plane, "inverse temperature of the target", beta).symbol("beta"));
    return result;
}

Result trajectory_result(const TrainingSeries& all, const Problem& target) {
    Result result = begun(all.ids, "id of the training", {all.steps.begin(), all.steps.end()}, "steps of the training");
    result.csv_first = {"trajectory", "time", "beta"};
    for (const MonitorColumn& column : monitor_columns) result.csv_first.emplace_back(column.name);
    const auto add = [&](Field one) { result.add(std::move(one).in("trajectories")); };
    add(flags("outcome", members, "outcome", words_of(realnvp_outcome_names, realnvp_outcome_count),
              {all.outcomes.begin(), all.outcomes.end()}));
    add(field("beta", {"time"}, "inverse temperature of the target", all.betas).symbol("beta"));
    for (const MonitorColumn& column : monitor_columns) {
        std::vector<double> values;
        for (const RealnvpMonitor& monitor : all.monitors) values.push_back(monitor.*column.value);
        add(field(column.name, plane, column.long_name, std::move(values)));
    }
    result.add(
        number("target_projected_variance", "variance of the target along mu*/R", target_projected_variance(target)));
    return result;
}

Table trajectory_table(const Result& result) {
    const auto state = shown("{:.6f}"), rest = shown("{:.4f}");
    Table table = text_table(result, plane,
                             {{"id", "trajectory", {}},
                              {"t", "time", shown("{:g}")},
                              {"m1", "m1", state},
                              {"m2", "m2", state},
                              {"s", "s", state},
                              {"w1", "w1", rest},
                              {"beta", "beta", rest}});
    for (Names& row : table.rows)
        if (row[0].empty()) row[0] = "start";
    return table;
}

Table fate_table(const Result& result) {
    Table table = text_table(
        result, members,
        {{"id", "trajectory", {}}, {"outcome", "outcome", {}}, {"decided at t", "decided_at", shown("{:.3f}")}});
    for (Names& row : table.rows)
        if (row[0].empty()) row[0] = "start";
    return table;
}

Table training_table(const Result& result) {
    std::vector<TextColumn> columns = {
        {"id", "trajectory", {}}, {"step", "time", {}}, {"beta", "beta", shown("{:.4f}")}};
    for (const MonitorColumn& column : monitor_columns)
        if (column.heading) columns.push_back({column.heading, column.name, shown(column.format, "nan")});
    return text_table(result, plane, columns);
}

}  // namespace modecollapse
