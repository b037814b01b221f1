#include "host/report/theory_tables.hpp"

#include <fmt/format.h>

namespace modecollapse {
namespace {

Names names_of(const std::vector<TheoryList::Axis>& axes) {
    Names names;
    for (const TheoryList::Axis& axis : axes) names.emplace_back(axis.quantity.name);
    return names;
}

template <class AxisOrColumn>
VariableData data_of(const AxisOrColumn& numbers) {
    if (!numbers.whole) return numbers.values;
    return std::vector<std::int64_t>(numbers.values.begin(), numbers.values.end());
}

Field described(const Quantity& quantity, const Names& dimensions, VariableData data) {
    Field one = field(quantity.name, dimensions, quantity.long_name, std::move(data));
    if (std::string("1") != quantity.unit) one = std::move(one).attribute("units", std::string(quantity.unit));
    return one;
}

void add_list(Result& result, const TheoryList& list) {
    const Names axes = names_of(list.axes);
    for (const TheoryList::Axis& axis : list.axes) {
        result.dimensions.emplace_back(axis.quantity.name, axis.values.size());
        result.add(
            described(axis.quantity, {axis.quantity.name}, data_of(axis)).in(list.name).of_kind(FieldKind::coordinate));
    }
    result.lists.push_back({list.name, axes});
    for (const TheoryList::Column& column : list.columns) {
        VariableData data = data_of(column);
        if (!column.words.empty()) data = column.words;
        result.add(
            described(column.quantity, column.along.empty() ? axes : column.along, std::move(data)).in(list.name));
    }
}

}  // namespace

Result theory_tables_result(const TheoryTables& tables) {
    Result result;
    for (const TheoryList& list : tables.lists) add_list(result, list);
    if (!tables.lists.empty()) result.rows = names_of(tables.lists.front().axes);
    for (const TheoryFact& fact : tables.facts) {
        result.add(described(fact.quantity, {}, std::vector<double>{fact.value}));
        result.csv_first.emplace_back(fact.quantity.name);
    }
    if (!tables.note.empty()) result.add(attribute("not_covered", tables.note));
    return result;
}

std::string theory_tables_text(const TheoryTables& tables, const Result& result) {
    std::string text = tables.title + "\n\n";
    for (const TheoryFact& fact : tables.facts)
        text += fmt::format("{}: {}{}\n", fact.quantity.long_name,
                            fact.why_none.empty() ? fmt::format("{:.6g}", fact.value) : "none, ", fact.why_none);
    for (const TheoryList& list : tables.lists) {
        std::vector<TextColumn> columns;
        for (const TheoryList::Axis& axis : list.axes)
            columns.push_back({axis.quantity.name, axis.quantity.name, shown(axis.whole ? "{:.0f}" : "{:g}")});
        for (const TheoryList::Column& column : list.columns)
            columns.push_back({column.quantity.name, column.quantity.name,
                               column.words.empty() ? shown(column.whole ? "{:.0f}" : "{:.5g}")
                                                    : std::function<std::string(const Value&)>{}});
        text += fmt::format("\n{}\n{}", list.title, to_aligned_text(text_table(result, names_of(list.axes), columns)));
    }
    return tables.note.empty() ? text : text + fmt::format("\nnot covered: {}\n", tables.note);
}

}  // namespace modecollapse
