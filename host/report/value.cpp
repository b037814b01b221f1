#include "host/report/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "host/io/table.hpp"

namespace modecollapse {
namespace {

const AttributeValue* attribute_of(const Field& field, const char* name) {
    for (const auto& [known, value] : field.variable.attributes)
        if (known == name) return &value;
    return nullptr;
}

Value word_of(const Field& field, std::int8_t code) {
    const AttributeValue* meanings = attribute_of(field, "flag_meanings");
    if (!meanings) return std::int64_t{code};
    const auto& words = std::get<std::string>(*meanings);
    const auto& values = std::get<std::vector<std::int8_t>>(*attribute_of(field, "flag_values"));
    const auto at = std::find(values.begin(), values.end(), code);
    if (at == values.end()) return std::monostate();
    std::size_t begin = 0;
    for (auto before = values.begin(); before != at; ++before) begin = words.find(' ', begin) + 1;
    std::string word = words.substr(begin, words.find(' ', begin) - begin);
    if (words == "no yes") return word == "yes";
    return word;
}

}  // namespace

Value value_of(const Field& field, std::size_t index) {
    if (field.missing) return std::monostate();
    const VariableData& data = field.variable.data;
    if (const auto* real = std::get_if<std::vector<double>>(&data)) {
        if (std::isnan((*real)[index])) return std::monostate();
        return (*real)[index];
    }
    if (const auto* text = std::get_if<std::vector<std::string>>(&data)) {
        if (field.number_as_text) return static_cast<std::uint64_t>(std::stoull((*text)[index]));
        return (*text)[index];
    }
    const auto* integers = std::get_if<std::vector<std::int64_t>>(&data);
    const std::int64_t value = integers ? (*integers)[index] : std::get<std::vector<std::int8_t>>(data)[index];
    if (field.absence == value) return std::monostate();
    return integers ? Value(value) : word_of(field, static_cast<std::int8_t>(value));
}

nlohmann::ordered_json json_of(const Value& value) {
    return std::visit(
        [](const auto& x) -> nlohmann::ordered_json {
            if constexpr (std::is_same_v<std::decay_t<decltype(x)>, std::monostate>)
                return nullptr;
            else
                return x;
        },
        value);
}

std::string text_of(const Value& value) {
    if (const auto* real = std::get_if<double>(&value)) return cell_text(*real);
    return std::visit(
        [](const auto& x) -> std::string {
            if constexpr (std::is_same_v<std::decay_t<decltype(x)>, std::monostate>)
                return {};
            else
                return fmt::format("{}", x);
        },
        value);
}

Value value_of(const Result& result, const std::string& name) { return value_of(result.at(name), 0); }

double number_of(const Result& result, const std::string& name) {
    const Value value = value_of(result, name);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    return std::numeric_limits<double>::quiet_NaN();
}

std::string text_of(const Result& result, const std::string& name) { return text_of(value_of(result, name)); }

Placed::Placed(const Result& result, const Field& field, const Names& dimensions)
    : field_(&field), strides_(dimensions.size(), 0) {
    std::size_t stride = 1;
    for (std::size_t i = field.variable.dimensions.size(); i-- > 0;) {
        const std::string& name = field.variable.dimensions[i];
        const auto at = std::find(dimensions.begin(), dimensions.end(), name);
        if (at != dimensions.end()) {
            strides_[static_cast<std::size_t>(at - dimensions.begin())] = stride;
            depends_ = true;
        } else {
            rest_.insert(rest_.begin(), name);
            rest_strides_.insert(rest_strides_.begin(), stride);
        }
        stride *= result.size_of(name);
    }
}

std::size_t Placed::offset(const std::vector<std::size_t>& point) const {
    std::size_t offset = 0;
    for (std::size_t d = 0; d < strides_.size(); ++d) offset += strides_[d] * point[d];
    return offset;
}

}  // namespace modecollapse
