#include "host/report/variance.hpp"

#include <fmt/format.h>

namespace modecollapse {

Result variance_result(const VarianceRequest& request, const EstimatorNoise& noise) {
    const Names list = {"estimator"};
    Names estimators, baselines;
    std::vector<double> trace, low, high, in_span, mean_squared, weight;
    for (const auto& [estimator, baseline, v] : noise.estimators) {
        estimators.emplace_back(estimator_names[static_cast<int>(estimator)]);
        baselines.emplace_back(baseline_names[static_cast<int>(baseline)]);
        trace.push_back(v.trace);
        low.push_back(v.interval.low);
        high.push_back(v.interval.high);
        in_span.push_back(v.in_span);
        mean_squared.push_back(v.mean_squared);
        weight.push_back(v.weight);
    }
    const OrderParameters<double>& state = request.state;
    Result result;
    result.dimensions = {{"estimator", estimators.size()}, {"order_parameter", 3}};
    result.lists = {{"estimators", list}};
    result.rows = list;
    const auto add = [&](Field one) { result.add(std::move(one).in("estimators")); };
    add(field("estimator", list, "estimator of the gradient", estimators).of_kind(FieldKind::coordinate));
    add(field("baseline", list, "baseline of the estimator", baselines));
    add(field("trace", list, "trace of the covariance of the gradient of one batch", trace));
    add(field("ci_low", list, "lower end of its 95 % interval; none for fewer than 100 batches", low));
    add(field("ci_high", list, "upper end of its 95 % interval", high));
    add(field("in_span", list, "share of the trace along span(mu1, mu2, mu*)", in_span));
    add(field("mean_squared", list, "squared norm of the mean gradient, estimated without bias", mean_squared));
    add(field("weight_variance", list, "variance of D, the derivative along w1", weight).symbol("D"));
    result.add(field("order_parameter", {"order_parameter"}, "order parameter of the state", Names{"m1", "m2", "s"})
                   .only(file_form)
                   .of_kind(FieldKind::coordinate));
    result.add(field("start", {"order_parameter"}, "state at which the gradient is taken",
                     std::vector<double>{state.m1, state.m2, 1.0 - state.u}));
    result.add(parameter("batches", "batches behind each row", static_cast<std::int64_t>(request.batches)));
    result.add(parameter("temperature", "temperature of the target", 1.0 / request.problem.beta));
    return result;
}

Table variance_table(const Result& result) {
    const auto four = shown("{:.4g}");
    Table table = text_table(result, {"estimator"},
                             {{"estimator", "estimator", {}},
                              {"", "baseline", {}},
                              {"trace of covariance", "trace", four},
                              {"95 % interval", "ci_low", four},
                              {"", "ci_high", four},
                              {"in the span", "in_span", shown("{:.3f}")},
                              {"|mean|^2", "mean_squared", four},
                              {"variance of D", "weight_variance", four}});
    for (Names& row : table.rows) {  // name and baseline, and the two ends, become one column each
        if (row[1] != "none") row[0] += " " + row[1];
        row[3] += " .. " + row[4];
        row.erase(row.begin() + 4);
        row.erase(row.begin() + 1);
    }
    table.columns.erase(table.columns.begin() + 4);
    table.columns.erase(table.columns.begin() + 1);
    return table;
}

}  // namespace modecollapse
