#include "host/options/configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "host/families/family.hpp"
#include "host/io/printable.hpp"
#include "host/options/file_choice.hpp"
#include "host/options/number_list.hpp"
#include "host/options/option_uses.hpp"
#include "host/options/searched_option.hpp"

namespace modecollapse {
namespace {

bool is_choice(const std::string& text, const std::string& choices) {
    const auto names = split(choices, '|');
    const auto is_there = [&](const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    return is_there(text) || (!text.empty() && is_there(any_file));
}

}  // namespace

Configuration::Configuration(unsigned command, const std::string& command_name,
                             const std::map<std::string, GivenValue>& given)
    : command_(command), command_name_(command_name) {
    std::map<std::string, GivenValue> all;
    const auto file = given.find("config");
    if (file != given.end()) read_file(file->second.text, all);
    for (const auto& [name, value] : given) all[name] = value;
    choose_family(all);
    for (const auto& [name, value] : all) {
        const OptionRow* own = find_option(name, command_, family_);
        if (own)
            check(*own, value);
        else
            check_foreign(name, value);
        GivenValue& kept = (own ? values_ : foreign_)[name] = value;
        // "007" is 7 here, but no number of TOML, and not the text that files of equal runs carry
        if (own && own->kind == Kind::seed) kept.text = fmt::format("{}", parse_seed(value.text));
    }
    find_searched();
    set_defaults(all);
    if (find_option("seed", command_, family_) && !has("seed")) {
        std::random_device entropy;
        values_["seed"] = {fmt::format("{}", static_cast<std::uint64_t>(entropy()) << 32 | entropy()), ""};
    }
}

// An option of another family only.
void Configuration::check_foreign(const std::string& name, const GivenValue& value) const {
    try {
        check(*find_option(name, command_), value);
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}; and {}", error.what(), foreign_reason(name)));
    }
}

std::string Configuration::foreign_reason(const std::string& name) const {
    return unused_reason(name, nullptr, command_, family_, values());
}

void Configuration::choose_family(const std::map<std::string, GivenValue>& given) {
    family_ = default_family();
    const auto asked = given.find("family");
    if (asked == given.end()) return;
    check(*find_option("family", command_), asked->second);
    family_ = asked->second.text;
    const std::vector<std::string> able = families_of(command_);
    if (std::find(able.begin(), able.end(), family_) != able.end()) return;
    const std::string origin =
        asked->second.origin.empty() ? fmt::format("--family {}", family_) : asked->second.origin;
    throw UsageError(fmt::format("{}: is not available in {} (allowed: {}; {} in {})", origin, command_name_,
                                 fmt::join(able, ", "), family_, commands_text(family_named(family_).commands)));
}

// The ends of the range are values of an axis: what other options are by default, and which are used, depends on them.
void Configuration::find_searched() {
    if (!find_option("over", command_, family_)) return;
    const OptionRow* alias = find_option("radius-range", command_, family_);
    if (alias && !has("radius-range")) values_["radius-range"] = {alias->fallback, ""};
    const SearchedOption option = searched_option(*this);
    searched_ = option.name();
    if (given("over")) values_["over"].text = searched_;  // kl_weight, as Python writes it, is kl-weight
    axes_[searched_] = option.ends();
    if (given(searched_))
        refuse(searched_, fmt::format("is what the search runs over (allowed: leave it out; --{} for the range, or "
                                      "--over another option)",
                                      searched_ == "radius" ? "radius-range" : "over-range"));
    values_.erase(searched_);
}

Configuration Configuration::at_searched(const GivenValue& value) const {
    Configuration result = *this;
    result.values_[searched_] = value;
    result.axes_.erase(searched_);
    result.searched_.clear();
    return result;
}

// Those that depend on other options come last: an initial temperature alone means a schedule, which is recorded, so that
// what is dumped reads back as the same run.
void Configuration::set_defaults(const std::map<std::string, GivenValue>& given) {
    const auto set = [&](const OptionRow& option, const std::string& text) {
        if (option.record != Record::as_written || text.empty() || given.count(option.name)) return;
        if (option.name == searched_) return;
        values_[option.name] = {text, ""};
        check(option, values_[option.name]);
    };
    for (const OptionRow* option : rows())
        if (!values_.count(option->name)) set(*option, option->fallback);
    for (const OptionRow* option : rows())
        if (!option->others.empty()) set(*option, default_of(*option, command_, family_, values()));
}

ValuesOf Configuration::values() const {
    return [this](const std::string& name) { return values_of(name); };
}

Settings Configuration::settings() const {
    Settings settings(rows());
    for (const auto& [name, value] : values_) settings.set(name, value.text);
    return settings;
}

void Configuration::check(const OptionRow& option, const GivenValue& value) {
    const auto fail = [&](const std::string& reason) {
        const std::string origin =
            value.origin.empty() ? fmt::format("--{} {}", option.name, value.text) : value.origin;
        throw UsageError(fmt::format("{}: {} (allowed: {})", origin, reason, option.range));
    };
    const auto check_number = [&](double x, bool whole) {
        if (whole && !is_integer(x)) fail(fmt::format("{} is not a whole number", x));
        const bool open_below = option.range.rfind("above", 0) == 0;
        if (x < option.low || x > option.high || (open_below && x == option.low))
            fail(fmt::format("{} is out of range", x));
    };
    // of digits as they stand: a double rounds those of more than 15
    const auto check_digits = [&](const std::string& text) {
        for (const std::string& part : split(text, ','))
            if (part.size() > 15 && part.find_first_not_of("0123456789") == std::string::npos &&
                !(std::stold(part) <= static_cast<long double>(option.high)))
                fail(fmt::format("{} is out of range", part));
    };
    const auto check_file = [&] {  // a name that results carry
        if (option.member.owner != typeid(void) && printable_line(value.text) != value.text)
            fail("has characters that are no printable UTF-8");
    };
    try {
        switch (option.kind) {
            case Kind::number:
                if (is_list(option, value.text))
                    for (const double x : parse_list(value.text)) check_number(x, false);
                else
                    check_number(parse_number(value.text), false);
                break;
            case Kind::integer:
                check_number(parse_number(value.text), true);
                check_digits(value.text);
                break;
            case Kind::seed:
                parse_seed(value.text);
                break;
            case Kind::number_list:
                for (const double x : parse_list(value.text)) check_number(x, false);
                break;
            case Kind::integer_list:
                for (const double x : parse_whole_list(value.text)) check_number(x, true);
                check_digits(value.text);
                break;
            case Kind::choice:
                if (!is_choice(value.text, option.range))
                    fail(fmt::format("\"{}\" is not one of the choices", value.text));
                check_file();
                break;
            case Kind::flag:
                if (!is_choice(value.text, option.range))
                    fail(fmt::format("\"{}\" is neither true nor false", value.text));
                break;
            case Kind::text:
                if (value.text.empty()) fail("is empty");
                check_file();
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
    return row(name).kind == Kind::integer_list ? parse_whole_list(text(name)) : parse_list(text(name));
}

std::vector<std::int64_t> Configuration::integers(const std::string& name) const {
    std::vector<std::int64_t> result;
    for (const double x : numbers(name)) result.push_back(static_cast<std::int64_t>(x));
    return result;
}

std::pair<double, double> Configuration::range(const std::string& name) const {
    const OptionRow& option = row(name);
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
    const OptionRow* option = find_option(name, command_, family_);
    return option && is_used(*option, command_, family_, values());
}

bool Configuration::is_default(const OptionRow& option, const GivenValue& value) const {
    const std::string fallback = default_of(option, command_, family_, values());
    const bool number = (option.kind == Kind::number || option.kind == Kind::integer) && !is_list(option, value.text);
    return !fallback.empty() && option.record == Record::as_written &&
           (number ? parse_number(value.text) == parse_number(fallback) : value.text == fallback);
}

void Configuration::refuse_unused() const {
    const auto passes = [this](const OptionRow& option, const GivenValue& value) {
        return (option.kind == Kind::flag && value.text == "false") ||
               (value.in_config_file && is_default(option, value));
    };
    for (const auto& [name, value] : foreign_) {
        if (passes(*find_option(name, command_), value)) continue;
        throw UsageError(fmt::format("{}: {}", value.origin, foreign_reason(name)));
    }
    if (!searched_.empty() && !uses(searched_)) {
        const std::string reason = unused_reason(searched_, &row(searched_), command_, family_, values());
        if (has("over")) refuse("over", reason);
        throw UsageError(fmt::format("{} over --{}: {}", command_name_, searched_, reason));
    }
    for (const auto& [name, value] : values_)
        if (given(name) && !uses(name) && !passes(row(name), value))
            refuse(name, unused_reason(name, &row(name), command_, family_, values()));
}

void Configuration::refuse_for_precision() const {
    if (!has("precision") || text("precision") != "single") return;
    for (const OptionRow* option : rows())
        if (!option->single_range.empty() && given(option->name) &&
            !(number(option->name) >= option->single_low && number(option->name) <= option->single_high))
            refuse(option->name,
                   fmt::format("is out of range (allowed: {} with --precision single)", option->single_range));
}

std::string Configuration::where(const std::string& name) const {
    const GivenValue& value = values_.at(name);
    return value.origin.empty() ? fmt::format("--{} {} (default)", name, value.text) : value.origin;
}

void Configuration::refuse(const std::string& name, const std::string& reason) const {
    throw UsageError(fmt::format("{}: {}", where(name), reason));
}

}  // namespace modecollapse
