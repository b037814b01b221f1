#include "host/report/trajectory.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modecollapse {
namespace {

const Names plane = {"trajectory", "time"}, members = {"trajectory"};

// Column q of rows of `width` numbers.
std::vector<double> column(const std::vector<double>& values, std::size_t q, std::size_t width) {
    std::vector<double> result;
    for (std::size_t i = q; i < values.size(); i += width) result.push_back(values[i]);
    return result;
}

void add_quantities(Result& result, const std::vector<Quantity>& quantities, const std::vector<double>& values,
                    const Names& dimensions) {
    for (std::size_t q = 0; q < quantities.size(); ++q) {
        const Quantity& one = quantities[q];
        Field quantity = field(one.name, dimensions, one.long_name, column(values, q, quantities.size()))
                             .attribute("units", std::string(one.unit))
                             .in("trajectories");
        result.add(*one.symbol ? std::move(quantity).symbol(one.symbol) : std::move(quantity));
    }
}

void add_columns(std::vector<TextColumn>& columns, const std::vector<Quantity>& quantities) {
    for (const Quantity& one : quantities)
        if (!one.heading || *one.heading)
            columns.push_back({one.heading ? one.heading : one.name, one.name,
                               shown(one.format ? one.format : "{:.4g}", one.format ? "nan" : "-")});
}

Table with_starts(Table table) {
    for (Names& row : table.rows)
        if (row[0].empty()) row[0] = "start";
    return table;
}

}  // namespace

Result trajectory_result(const Family& family, const Schema& schema, const SeriesRequest& request, const Series& series,
                         Starts starts) {
    const std::size_t n = series.outcomes.size();
    std::vector<std::int64_t> ids = {-1};
    if (request.start.empty()) ids.assign(request.ids.begin(), request.ids.begin() + static_cast<std::ptrdiff_t>(n));
    Result result;
    result.dimensions = {{"trajectory", n}, {"time", request.times.size()}};
    result.lists = {{"trajectories", members}};
    result.rows = plane;
    result.csv_first = {"trajectory", "time"};
    for (const auto* quantities : {&series.of_time, &series.monitors})
        for (const Quantity& one : *quantities) result.csv_first.emplace_back(one.name);
    result.csv_first.emplace_back("outcome");
    result.add(
        field("trajectory", members,
              fmt::format("id of the {}{}", family.member, starts == Starts::given_too ? "; -1: a given start" : ""),
              std::move(ids))
            .of_kind(FieldKind::coordinate)
            .none_is(-1, "start")
            .in("trajectories")
            .as("id"));
    result.add(field("time", {"time"}, family.time_of, request.times)
                   .of_kind(FieldKind::coordinate)
                   .in("trajectories")
                   .as("t"));
    result.add(flags("outcome", members, "outcome", classes_of(family, schema).names,
                     {series.outcomes.begin(), series.outcomes.end()})
                   .in("trajectories"));
    add_quantities(result, series.of_member, series.member_values, members);
    add_quantities(result, series.of_time, series.time_values, {"time"});
    add_quantities(result, series.monitors, series.values, plane);
    return result;
}

Table trajectory_table(const Result& result, const Series& series) {
    std::vector<TextColumn> columns = {{"id", "trajectory", {}}, {"t", "time", shown("{:g}")}};
    add_columns(columns, series.of_time);
    add_columns(columns, series.monitors);
    return with_starts(text_table(result, plane, columns));
}

Table fate_table(const Result& result, const Series& series) {
    std::vector<TextColumn> columns = {{"id", "trajectory", {}}, {"outcome", "outcome", {}}};
    add_columns(columns, series.of_member);
    return with_starts(text_table(result, members, columns));
}

}  // namespace modecollapse
