#include "host/report/result.hpp"

#include <algorithm>
#include <stdexcept>

namespace modecollapse {

Field Field::in(std::string name) && {
    list = std::move(name);
    return std::move(*this);
}

Field Field::as(std::string name) && {
    key = std::move(name);
    return std::move(*this);
}

Field Field::only(unsigned which) && {
    forms = which;
    return std::move(*this);
}

Field Field::symbol(const std::string& text) && { return std::move(*this).attribute("symbol", text); }

Field Field::attribute(const char* name, AttributeValue value) && {
    for (auto& [known, old] : variable.attributes)
        if (known == name) {
            old = std::move(value);
            return std::move(*this);
        }
    variable.attributes.emplace_back(name, std::move(value));
    return std::move(*this);
}

Field Field::of_kind(FieldKind what) && {
    kind = what;
    return std::move(*this);
}

Field Field::none_is(std::int64_t value, std::string text) && {
    absence = value;
    absence_text = std::move(text);
    return std::move(*this);
}

Field Field::missing_is(std::int64_t value) && {
    return std::move(*this).none_is(value).attribute("missing_value", value);
}

const Field* Result::find(const std::string& name) const {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const Field& one) { return one.variable.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

const Field& Result::at(const std::string& name) const {
    if (const Field* found = find(name)) return *found;
    throw std::logic_error("a result has no field " + name);
}

std::size_t Result::size_of(const std::string& dimension) const {
    for (const auto& [name, size] : dimensions)
        if (name == dimension) return size;
    throw std::logic_error("a result has no dimension " + dimension);
}

Field field(const char* name, const Names& dimensions, const std::string& long_name, VariableData data) {
    return {{name, dimensions, std::move(data), {{"units", "1"}, {"long_name", long_name}}}};
}

Field number(const char* name, const std::string& long_name, double value) {
    return field(name, {}, long_name, std::vector<double>{value});
}

Field whole(const char* name, const std::string& long_name, std::int64_t value) {
    return field(name, {}, long_name, std::vector<std::int64_t>{value});
}

Field flags(const char* name, const Names& dimensions, const std::string& long_name, const Names& words,
            std::vector<std::int8_t> codes, int first) {
    std::vector<std::int8_t> values;
    std::string meanings;
    for (std::size_t i = 0; i < words.size(); ++i) {
        values.push_back(static_cast<std::int8_t>(first + static_cast<int>(i)));
        meanings += (i ? " " : "") + words[i];
    }
    return field(name, dimensions, long_name, std::move(codes))
        .attribute("flag_values", values)
        .attribute("flag_meanings", meanings);
}

Field flag(const char* name, const std::string& long_name, const Names& words, const std::string& word) {
    const auto at = std::find(words.begin(), words.end(), word);
    if (at == words.end()) throw std::logic_error(std::string(name) + " has no word " + word);
    return flags(name, {}, long_name, words, {static_cast<std::int8_t>(at - words.begin())});
}

Names words_of(const char* const* names, int count) { return {names, names + count}; }

Field attribute(const char* name, const AttributeValue& value) {
    Field result = field(name, {}, "", std::vector<double>{});
    result.kind = FieldKind::attribute;
    if (const auto* text = std::get_if<std::string>(&value)) result.variable.data = std::vector<std::string>{*text};
    if (const auto* real = std::get_if<double>(&value)) result.variable.data = std::vector<double>{*real};
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        result.variable.data = std::vector<std::int64_t>{*integer};
    return result;
}

Field time_taken(double seconds) { return attribute("seconds", seconds).only(json_form | file_form); }

}  // namespace modecollapse
