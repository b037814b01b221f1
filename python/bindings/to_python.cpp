#include "python/bindings/to_python.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <memory>

#include "host/cli/help.hpp"
#include "host/options/list_option.hpp"
#include "host/options/number_list.hpp"

namespace py = pybind11;

namespace modecollapse {
namespace {

constexpr const char* kind_names[] = {"number",       "integer", "seed", "number_list",
                                      "integer_list", "choice",  "text", "flag"};

// Bytes from one element to the next along every axis, the last one fastest. Left to pybind11 before 2.12, they come
// from the layout that NumPy 1 gave its types, and are 0 under NumPy 2: every array would repeat its first element.
std::vector<py::ssize_t> strides_of(const std::vector<py::ssize_t>& shape, py::ssize_t element) {
    std::vector<py::ssize_t> strides(shape.size(), element);
    for (std::size_t i = shape.size(); i > 1; --i) strides[i - 2] = strides[i - 1] * shape[i - 1];
    return strides;
}

template <class T>
py::array array_of(std::vector<T>&& data, const std::vector<py::ssize_t>& shape) {
    auto owned = std::make_unique<std::vector<T>>(std::move(data));
    const T* first = owned->data();
    const py::capsule owner(owned.get(), [](void* vector) { delete static_cast<std::vector<T>*>(vector); });
    owned.release();
    return py::array(py::dtype::of<T>(), shape, strides_of(shape, sizeof(T)), first, owner);
}

py::array array_of(std::vector<std::string>&& data, const std::vector<py::ssize_t>& shape) {
    const py::array list = py::module_::import("numpy").attr("array")(py::cast(data), "object");
    return list.attr("reshape")(shape);
}

// Scalars of the type that they have in a file, arrays of flags as such.
py::object attribute_of(const AttributeValue& value) {
    const py::module_ numpy = py::module_::import("numpy");
    if (const auto* text = std::get_if<std::string>(&value)) return py::str(*text);
    if (const auto* number = std::get_if<double>(&value)) return numpy.attr("float64")(*number);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return numpy.attr("int64")(*number);
    const auto& flags = std::get<std::vector<std::int8_t>>(value);
    return numpy.attr("array")(py::cast(std::vector<int>(flags.begin(), flags.end())), "int8");
}

py::dict attributes_of(const Attributes& attributes) {
    py::dict result;
    for (const auto& [name, value] : attributes) result[py::str(name)] = attribute_of(value);
    return result;
}

}  // namespace

py::dict to_python(Dataset&& dataset) {
    std::map<std::string, py::ssize_t> sizes;
    for (const auto& [name, size] : dataset.dimensions) sizes[name] = static_cast<py::ssize_t>(size);
    py::dict variables;
    for (Variable& variable : dataset.variables) {
        std::vector<py::ssize_t> shape;
        for (const std::string& name : variable.dimensions) shape.push_back(sizes.at(name));
        py::array array =
            std::visit([&](auto& data) { return py::array(array_of(std::move(data), shape)); }, variable.data);
        variables[py::str(variable.name)] =
            py::make_tuple(py::tuple(py::cast(variable.dimensions)), array, attributes_of(variable.attributes));
    }
    py::dict result;
    result["variables"] = variables;
    result["attributes"] = attributes_of(dataset.attributes);
    return result;
}

namespace {

// The allowed values in words; of a choice those that it has with any family.
std::string range_of_all_families(const std::string& name, unsigned command) {
    const OptionRow& first = *find_option(name, command);
    if (first.kind != Kind::choice) return first.range;
    std::vector<std::string> choices = split(first.range, '|');
    for (const std::string& family : families_of(command)) {
        const OptionRow* other = find_option(name, command, family);
        if (!other || other->kind != Kind::choice) continue;
        for (const std::string& choice : split(other->range, '|'))
            if (std::find(choices.begin(), choices.end(), choice) == choices.end()) choices.push_back(choice);
    }
    return fmt::format("{}", fmt::join(choices, "|"));
}

// With which the option's one value may be a list.
py::list families_with_lists(const std::string& name, unsigned command) {
    py::list names;
    for (const std::string& family : families_of(command)) {
        const OptionRow* row = find_option(name, command, family);
        if (row && takes_list(*row)) names.append(family);
    }
    return names;
}

// The default of the option, unless it is another one with another family or dynamics.
py::object default_shown(const std::string& name, unsigned command) {
    const ValuesOf nothing_given = [](const std::string&) { return std::vector<std::string>(); };
    const OptionRow& option = *find_option(name, command);
    const std::string fallback = default_of(option, command, default_family(), nothing_given);
    bool one = true;
    for (const std::string& family : families_of(command)) {
        const OptionRow* other = find_option(name, command, family);
        one = one && (!other || default_of(*other, command, family, nothing_given) == fallback);
    }
    if (fallback.empty() || (!one && option.record != Record::as_written)) return py::none();
    return py::str(fallback);
}

}  // namespace

py::dict to_python(const CommandEntry& command) {
    py::list options;
    for (const std::string& name : option_names(command.bit)) {
        const OptionRow& option = *find_option(name, command.bit);
        py::dict entry;
        entry["name"] = option.name;
        entry["kind"] = kind_names[static_cast<int>(option.kind)];
        entry["default"] = default_shown(name, command.bit);
        entry["low"] = option.low;
        entry["high"] = option.high;
        entry["range"] = range_of_all_families(name, command.bit);
        entry["group"] = heading(option.group, first_family_with(name, command.bit));
        entry["list_families"] = families_with_lists(name, command.bit);
        entry["help"] = help_of_all_families(name, command.bit);
        options.append(entry);
    }
    py::dict result;
    result["name"] = command.name;
    result["help"] = command.help;
    result["positional"] = command.positional ? py::object(py::str(command.positional)) : py::none();
    result["is_report"] = command.report != nullptr;
    result["options"] = options;
    return result;
}

}  // namespace modecollapse
