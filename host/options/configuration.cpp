#include "host/options/configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

#include "host/options/number_list.hpp"
#include "host/options/option_uses.hpp"
#include "host/options/toml_file.hpp"

namespace modecollapse {
namespace {

bool is_choice(const std::string& text, const std::string& choices) {
    const auto names = split(choices, '|');
    return std::find(names.begin(), names.end(), text) != names.end();
}

}  // namespace

Configuration::Configuration(unsigned command, const std::string& command_name,
                             const std::map<std::string, GivenValue>& given)
    : command_(command), command_name_(command_name) {
    for (const OptionSpec& option : option_table())
        if ((option.commands & command) && option.fallback) values_[option.name] = {fallback_of(option, command), ""};
    const auto file = given.find("config");
    if (file != given.end()) read_file(file->second.text);
    for (const auto& [name, value] : given) values_[name] = value;
    // SGD costs ten thousand times what the flow does
    if (has("dynamics") && has("trajectories") && text("dynamics") != "flow" && !this->given("trajectories"))
        values_["trajectories"] = {"1000", ""};
    if (has("family") && has("trajectories") && text("family") == "realnvp" && !this->given("trajectories"))
        values_["trajectories"] = {"100", ""};
    if (has("family") && text("family") == "realnvp" && command == threshold_command && !this->given("dimension"))
        values_["dimension"] = {"2,4,8,16,32", ""};
    // an initial temperature alone means a schedule; it is recorded as one, so that what is dumped reads back as the
    // same run
    if (has("initial-temperature") && has("annealing") && !this->given("annealing"))
        values_["annealing"] = {command == variance_command ? "constant" : "exponential-temperature", ""};
    for (const auto& [name, value] : values_) check(*find_option(name, command_), value);
    if (find_option("seed", command_) && !has("seed")) {
        std::random_device entropy;
        values_["seed"] = {fmt::format("{}", static_cast<std::uint64_t>(entropy()) << 32 | entropy()), ""};
    }
}

void Configuration::read_file(const std::string& path) {
    for (auto&& [key, node] : read_toml(path, fmt::format("--config {}", path))) {
        const std::string name(key.str());
        if (!find_option(name, command_) || name == "config" || name == "dump-config")
            refuse_key(name, key.source(), path, fmt::format("for {}", command_name_), option_names(command_));
        values_[name] = given_value(name, node, key.source(), path);
        values_[name].in_config_file = true;
    }
}

void Configuration::check(const OptionSpec& option, const GivenValue& value) {
    const auto fail = [&](const std::string& reason) {
        const std::string origin =
            value.origin.empty() ? fmt::format("--{} {}", option.name, value.text) : value.origin;
        throw UsageError(fmt::format("{}: {} (allowed: {})", origin, reason, option.range));
    };
    const auto check_number = [&](double x, bool whole) {
        if (whole && !is_integer(x)) fail(fmt::format("{} is not a whole number", x));
        const bool open_below = std::string(option.range).rfind("above", 0) == 0;
        if (x < option.low || x > option.high || (open_below && x == option.low))
            fail(fmt::format("{} is out of range", x));
    };
    try {
        switch (option.kind) {
            case Kind::number:
                check_number(parse_number(value.text), false);
                break;
            case Kind::integer:
                check_number(parse_number(value.text), true);
                break;
            case Kind::seed:
                parse_seed(value.text);
                break;
            case Kind::number_list:
                for (const double x : parse_list(value.text)) check_number(x, false);
                break;
            case Kind::integer_list:
                for (const double x : parse_whole_list(value.text)) check_number(x, true);
                break;
            case Kind::choice:
                if (!is_choice(value.text, option.range))
                    fail(fmt::format("\"{}\" is not one of the choices", value.text));
                break;
            case Kind::flag:
                if (!is_choice(value.text, option.range))
                    fail(fmt::format("\"{}\" is neither true nor false", value.text));
                break;
            case Kind::text:
                if (value.text.empty()) fail("is empty");
                break;
        }
    } catch (const std::invalid_argument& error) {
        fail(error.what());
    }
}

bool Configuration::given(const std::string& name) const {
    const auto value = values_.find(name);
    return value != values_.end() && !value->second.origin.empty();
}

const std::string& Configuration::text(const std::string& name) const { return values_.at(name).text; }
double Configuration::number(const std::string& name) const { return parse_number(text(name)); }
std::int64_t Configuration::integer(const std::string& name) const {
    return static_cast<std::int64_t>(parse_number(text(name)));
}
std::uint64_t Configuration::seed() const { return parse_seed(text("seed")); }
bool Configuration::flag(const std::string& name) const { return has(name) && text(name) == "true"; }
std::vector<double> Configuration::numbers(const std::string& name) const {
    return find_option(name, command_)->kind == Kind::integer_list ? parse_whole_list(text(name))
                                                                   : parse_list(text(name));
}

std::vector<std::int64_t> Configuration::integers(const std::string& name) const {
    std::vector<std::int64_t> result;
    for (const double x : numbers(name)) result.push_back(static_cast<std::int64_t>(x));
    return result;
}

std::pair<double, double> Configuration::range(const std::string& name) const {
    const OptionSpec& option = *find_option(name, command_);
    const auto fields = split(text(name), ':');
    std::pair<double, double> result;
    try {
        if (fields.size() != 2) throw std::invalid_argument("is not of the form A:B");
        result = {parse_number(fields[0]), parse_number(fields[1])};
    } catch (const std::invalid_argument& error) {
        refuse(name, fmt::format("{} (allowed: {})", error.what(), option.range));
    }
    if (!(result.first >= option.low && result.first < result.second && result.second <= option.high))
        refuse(name, fmt::format("is out of range (allowed: {})", option.range));
    return result;
}

std::vector<std::string> Configuration::values_of(const std::string& name) const {
    const auto axis = axes_.find(name);
    if (axis != axes_.end()) return axis->second;
    return has(name) ? std::vector<std::string>{text(name)} : std::vector<std::string>{};
}

bool Configuration::uses(const std::string& name) const {
    return is_used(name, command_, [this](const std::string& other) { return values_of(other); });
}

void Configuration::refuse_unused() const {
    for (const auto& [name, value] : values_) {
        const OptionSpec& option = *find_option(name, command_);
        if (!given(name) || uses(name) || (option.kind == Kind::flag && value.text == "false")) continue;
        const std::string fallback = fallback_of(option, command_);
        const bool number = option.kind == Kind::number || option.kind == Kind::integer;
        const bool is_default =
            !fallback.empty() && (number ? parse_number(value.text) == parse_number(fallback) : value.text == fallback);
        if (is_default && value.in_config_file) continue;
        refuse(name, unused_reason(name, command_, [this](const std::string& other) { return values_of(other); }));
    }
}

std::string Configuration::where(const std::string& name) const {
    const GivenValue& value = values_.at(name);
    return value.origin.empty() ? fmt::format("--{} {} (default)", name, value.text) : value.origin;
}

void Configuration::refuse(const std::string& name, const std::string& reason) const {
    throw UsageError(fmt::format("{}: {}", where(name), reason));
}

std::string Configuration::to_toml(bool physics_only, const std::map<std::string, std::string>& resolved) const {
    static const std::vector<std::string> never = {"config", "dump-config"};
    static const std::vector<std::string> not_physics = {"output",  "failed-limit", "format", "quiet",
                                                         "threads", "device",       "backend"};
    const auto contains = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    std::string result = fmt::format("# modecollapse {}\n", command_name_);
    for (const OptionSpec& option : option_table()) {
        const std::string name = option.name;
        if (!(option.commands & command_) || contains(never, name) || (physics_only && contains(not_physics, name)))
            continue;
        if ((!has(name) && !resolved.count(name)) || !uses(name)) continue;
        const std::string& value = has(name) ? text(name) : resolved.at(name);
        const bool list = option.kind == Kind::number_list || option.kind == Kind::integer_list;
        const bool quoted = option.kind == Kind::choice || option.kind == Kind::text ||
                            (list && value.find(':') != std::string::npos) ||
                            (option.kind == Kind::seed && value.size() > 18);
        if (quoted) {
            std::ostringstream stream;
            stream << toml::value<std::string>(value);
            result += fmt::format("{} = {}\n", name, stream.str());
        } else if (option.kind == Kind::flag || option.kind == Kind::seed) {
            result += fmt::format("{} = {}\n", name, value);
        } else {  // through a number: ".5" is one here but not in TOML
            result += list ? fmt::format("{} = [{}]\n", name, fmt::join(parse_list(value), ", "))
                           : fmt::format("{} = {}\n", name, parse_number(value));
        }
    }
    return result;
}

}  // namespace modecollapse
