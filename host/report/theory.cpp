#include "host/report/theory.hpp"

#include <fmt/format.h>

#include <cmath>

namespace modecollapse {
namespace {

// A number of every row, in its order.
template <class T, class Get>
std::vector<T> column(const std::vector<TheoryRow>& rows, const Get& get) {
    std::vector<T> values;
    for (const TheoryRow& row : rows) values.push_back(static_cast<T>(get(row)));
    return values;
}

}  // namespace

Result theory_result(const std::vector<TheoryRow>& rows, double accuracy) {
    const Names list = {"dimension"};
    Result result;
    result.dimensions = {{"dimension", rows.size()}};
    result.lists = {{"rows", list}};
    result.rows = list;
    result.csv_first = {"radius",          "dimension", "target_weight", "weight",      "p_collapse",
                        "p_leading_order", "error",     "converged",     "probability", "trajectories"};
    const auto add = [&](Field one) { result.add(std::move(one).in("rows")); };
    const auto real = [&](const char* name, const char* long_name, const auto& get) {
        add(field(name, list, long_name, column<double>(rows, get)));
    };
    const auto integer = [&](const char* name, const char* long_name, const auto& get) {
        add(field(name, list, long_name, column<std::int64_t>(rows, get)));
    };
    add(field("dimension", list, "dimension d of the space",
              column<std::int64_t>(rows, [](const TheoryRow& row) { return row.dimension; }))
            .symbol("d")
            .of_kind(FieldKind::coordinate));
    real("p_collapse", "probability of mode collapse by the theory",
         [](const TheoryRow& row) { return row.theory.p_collapse; });
    real("p_low", "p_collapse less its error, if none of the failed starts collapses",
         [](const TheoryRow& row) { return row.theory.p_low; });
    real("p_high", "p_collapse plus its error, if all failed starts collapse",
         [](const TheoryRow& row) { return row.theory.p_high; });
    add(flags("status", list, "status of the row", status_words, column<std::int8_t>(rows, [](const TheoryRow& row) {
                  return std::isnan(row.theory.p_collapse) ? 2 : 0;
              })));
    real("failed", "probability of a start whose trajectory failed", [](const TheoryRow& row) { return row.failed(); });
    real("p_leading_order", "the same to leading order for large d: s(0) = 0",
         [](const TheoryRow& row) { return row.theory.p_leading_order; });
    real("error", "bound on the error of every probability: numerical, and what failed",
         [](const TheoryRow& row) { return row.theory.error; });
    add(flags("converged", list, "whether the error met the accuracy", {"no", "yes"},
              column<std::int8_t>(rows, [](const TheoryRow& row) { return row.theory.converged ? 1 : 0; })));
    add_outcomes(result, {words_of(outcome_names, outcome_count), "trajectory", "trajectories"});
    std::vector<double> shares;
    for (const TheoryRow& row : rows) shares.insert(shares.end(), row.theory.share, row.theory.share + outcome_count);
    add(field("probability", {"dimension", "outcome"}, "probability of each outcome by the theory", shares));
    integer("trajectories", "trajectories of the full flow that were used",
            [](const TheoryRow& row) { return row.theory.trajectories; });
    integer("circles", "circles of starts whose angles were searched",
            [](const TheoryRow& row) { return row.theory.circles; });
    real("matching_time", "mean time up to which the linear regime was used",
         [](const TheoryRow& row) { return row.theory.matching_time; });
    add(field("seconds", list, "time that the row took",
              column<double>(rows, [](const TheoryRow& row) { return row.seconds; }))
            .attribute("units", std::string("s"))
            .only(json_form | file_form));
    result.add(number("accuracy", "accuracy asked of every probability", accuracy).of_kind(FieldKind::coordinate));
    return result;
}

Table theory_table(const Result& result) {
    const auto probability = shown("{:.5f}", "unknown");
    Table table = text_table(result, {"dimension"},
                             {{"dimension", "dimension", {}},
                              {"P(collapse)", "p_collapse", probability},
                              {"leading order", "p_leading_order", probability},
                              {"error", "error", shown("{:.0e}")},
                              {"", "converged", {}}});
    table.columns.pop_back();
    for (Names& row : table.rows) {
        if (row.back() == "false") row[3] += " (not met)";
        row.pop_back();
    }
    for (int i = 0; i < outcome_count; ++i) table.columns.emplace_back(outcome_names[i]);
    const Placed placed(result, result.at("probability"), {"dimension"});
    for (std::size_t r = 0; r < table.rows.size(); ++r)
        for (std::size_t c = 0; c < outcome_count; ++c)
            table.rows[r].push_back(probability(value_of(placed.field(), placed.offset({r}) + c * placed.stride(0))));
    const Table trajectories = text_table(result, {"dimension"}, {{"trajectories", "trajectories", {}}});
    table.columns.emplace_back("trajectories");
    for (std::size_t r = 0; r < table.rows.size(); ++r) table.rows[r].push_back(trajectories.rows[r][0]);
    return table;
}

}  // namespace modecollapse
