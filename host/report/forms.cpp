#include "host/report/forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace modecollapse {
namespace {

bool has(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The name of place i along a dimension: the class, or the number of its coordinate after `before`.
std::string label_of(const Result& result, const std::string& dimension, std::size_t i, const std::string& before) {
    const Field* coordinate = result.find(dimension);
    const std::string text = coordinate ? text_of(value_of(*coordinate, i)) : fmt::format("{}", i + 1);
    return has(result.classes, dimension) ? text : before + text;
}

// The values of a field from `offset` on, over its dimensions rest[d] ...: arrays, and objects over classes.
nlohmann::ordered_json nested(const Result& result, const Placed& placed, std::size_t d, std::size_t offset) {
    if (d == placed.rest().size()) return json_of(value_of(placed.field(), offset));
    const std::string& dimension = placed.rest()[d];
    nlohmann::ordered_json json =
        has(result.classes, dimension) ? nlohmann::ordered_json::object() : nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < result.size_of(dimension); ++i) {
        nlohmann::ordered_json value = nested(result, placed, d + 1, offset + i * placed.stride(d));
        if (json.is_object())
            json[label_of(result, dimension, i, "")] = std::move(value);
        else
            json.push_back(std::move(value));
    }
    return json;
}

void put(nlohmann::ordered_json& json, const std::string& key, nlohmann::ordered_json value) {
    const std::size_t dot = key.find('.');
    if (dot == std::string::npos)
        json[key] = std::move(value);
    else
        json[key.substr(0, dot)][key.substr(dot + 1)] = std::move(value);
}

nlohmann::ordered_json rows_of(const Result& result, const List& list) {
    std::vector<Placed> placed;
    for (const Field& field : result.fields)
        if (field.list == list.name && field.forms & json_form) placed.emplace_back(result, field, list.dimensions);
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for_each_point(result, list.dimensions, [&](const std::vector<std::size_t>& point) {
        nlohmann::ordered_json row = nlohmann::ordered_json::object();
        for (const Placed& one : placed) {
            nlohmann::ordered_json value = nested(result, one, 0, one.offset(point));
            if (list.classes == List::keys && value.is_object())
                row.update(value);
            else
                put(row, one.field().key_or_name(), std::move(value));
        }
        rows.push_back(std::move(row));
    });
    return rows;
}

struct CsvColumn {
    std::string name;
    Placed placed;
    std::size_t shift;
};

void add_columns(const Result& result, const Field& field, std::set<std::string>& taken,
                 std::vector<CsvColumn>& columns) {
    const Placed placed(result, field, result.rows);
    const std::string key = field.key.find('.') == std::string::npos ? field.key_or_name() : field.variable.name;
    if (placed.rest().empty()) {
        if (taken.insert(key).second) columns.push_back({key, placed, 0});
        return;
    }
    for (std::size_t i = 0; i < result.size_of(placed.rest()[0]); ++i) {
        const std::string name = label_of(result, placed.rest()[0], i, field.variable.name);
        if (taken.insert(name).second) columns.push_back({name, placed, i * placed.stride(0)});
    }
}

// Does the field stand in a list whose points are not those of the rows, nor a part of them?
bool is_of_another_list(const Result& result, const Field& field) {
    for (const List& list : result.lists)
        if (list.name == field.list)
            return !std::all_of(list.dimensions.begin(), list.dimensions.end(),
                                [&](const std::string& name) { return has(result.rows, name); });
    return false;
}

}  // namespace

nlohmann::ordered_json json_of(const Result& result) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const Field& field : result.fields) {
        if (!(field.forms & json_form)) continue;
        if (field.list.empty()) {
            put(json, field.key_or_name(), nested(result, Placed(result, field, {}), 0, 0));
        } else if (!json.contains(field.list)) {
            const auto list = std::find_if(result.lists.begin(), result.lists.end(),
                                           [&](const List& one) { return one.name == field.list; });
            json[field.list] = rows_of(result, *list);
        }
    }
    return json;
}

Table csv_of(const Result& result) {
    std::vector<CsvColumn> columns;
    std::set<std::string> taken;
    for (const std::string& name : result.csv_first)
        if (const Field* first = result.find(name)) add_columns(result, *first, taken, columns);
    for (const Field& field : result.fields) {
        if (!(field.forms & csv_form)) continue;
        const Placed placed(result, field, result.rows);
        const bool of_row = placed.depends() || result.rows.empty() || !field.list.empty();
        if (placed.rest().size() <= 1 && of_row && !is_of_another_list(result, field))
            add_columns(result, field, taken, columns);
    }
    Table table;
    for (const CsvColumn& column : columns) table.columns.push_back(column.name);
    std::optional<Placed> skipped;
    if (!result.csv_skips.empty()) skipped.emplace(result, result.at(result.csv_skips), result.rows);
    for_each_point(result, result.rows, [&](const std::vector<std::size_t>& point) {
        if (skipped && std::holds_alternative<std::monostate>(value_of(skipped->field(), skipped->offset(point))))
            return;
        std::vector<std::string> row;
        for (const CsvColumn& column : columns) {
            const Field& field = column.placed.field();
            const Value value = value_of(field, column.placed.offset(point) + column.shift);
            row.push_back(std::holds_alternative<std::monostate>(value) ? field.absence_text : text_of(value));
        }
        table.rows.push_back(std::move(row));
    });
    return table;
}

Dataset dataset_of(const Result& result) {
    Dataset dataset;
    dataset.dimensions = result.dimensions;
    for (const Field& field : result.fields) {
        if (!(field.forms & file_form)) continue;
        if (field.kind == FieldKind::attribute) {
            const VariableData& data = field.variable.data;
            const auto* text = std::get_if<std::vector<std::string>>(&data);
            const auto* real = std::get_if<std::vector<double>>(&data);
            dataset.attributes.emplace_back(field.variable.name,
                                            text   ? AttributeValue(text->front())
                                            : real ? AttributeValue(real->front())
                                                   : AttributeValue(std::get<std::vector<std::int64_t>>(data).front()));
        } else if (field.kind == FieldKind::data || !field.variable.dimensions.empty()) {
            dataset.variables.push_back(field.variable);
        }
    }
    return dataset;
}

std::vector<Variable> coordinates_of(const Result& result) {
    std::vector<Variable> coordinates;
    for (const Field& field : result.fields)
        if (field.forms & file_form && field.kind == FieldKind::coordinate && field.variable.dimensions.empty())
            coordinates.push_back(field.variable);
    return coordinates;
}

Table text_table(const Result& result, const Names& dimensions, const std::vector<TextColumn>& columns) {
    Table table;
    std::vector<Placed> placed;
    for (const TextColumn& column : columns) {
        table.columns.push_back(column.heading);
        placed.emplace_back(result, result.at(column.name), dimensions);
    }
    for_each_point(result, dimensions, [&](const std::vector<std::size_t>& point) {
        std::vector<std::string> row;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const Value value = value_of(placed[i].field(), placed[i].offset(point));
            row.push_back(columns[i].text ? columns[i].text(value) : text_of(value));
        }
        table.rows.push_back(std::move(row));
    });
    return table;
}

std::function<std::string(const Value&)> shown(const std::string& format, const std::string& otherwise) {
    return [format, otherwise](const Value& value) -> std::string {
        if (const auto* real = std::get_if<double>(&value)) return fmt::format(fmt::runtime(format), *real);
        if (const auto* integer = std::get_if<std::int64_t>(&value))
            return fmt::format(fmt::runtime(format), static_cast<double>(*integer));
        return otherwise;
    };
}

}  // namespace modecollapse
