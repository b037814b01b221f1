#include "host/options/option_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace modecollapse {
namespace {

template <class Change>
OptionRow changed(const OptionRow& row, const Change& change) {
    OptionRow result = row;
    change(result);
    return result;
}

}  // namespace

std::string text_of_number(double number) {
    if (number == std::floor(number) && std::fabs(number) < 1e15) return fmt::format("{:.0f}", number);
    return fmt::format("{}", number);
}

OptionRow plain_row(Kind kind, const std::string& name, const std::string& range, const std::string& help) {
    OptionRow row;
    row.kind = kind;
    row.name = name;
    row.range = range;
    row.help = help;
    return row;
}

OptionRow plain_row(Kind kind, const std::string& name, double low, double high, const std::string& help) {
    OptionRow row = plain_row(kind, name, fmt::format("{} to {}", text_of_number(low), text_of_number(high)), help);
    row.low = low;
    row.high = high;
    return row;
}

OptionRow member_row(OptionRow row, const SettingsMember& member) {
    row.member = member;
    row.fallback = member.standard;
    row.may_be_axis = true;
    return row;
}

OptionRow OptionRow::or_letter(const std::string& short_name) const {
    return changed(*this, [&](OptionRow& row) { row.letter = short_name; });
}
OptionRow OptionRow::in(Group heading) const {
    return changed(*this, [&](OptionRow& row) { row.group = heading; });
}
OptionRow OptionRow::of(unsigned which_commands) const {
    return changed(*this, [&](OptionRow& row) { row.commands = which_commands; });
}
OptionRow OptionRow::allowed(const std::string& words_for_range) const {
    return changed(*this, [&](OptionRow& row) { row.range = words_for_range; });
}
OptionRow OptionRow::called(const std::string& symbol_of_it, const std::string& words_for_it) const {
    return changed(*this, [&](OptionRow& row) { row.symbol = symbol_of_it, row.words = words_for_it; });
}
OptionRow OptionRow::measured_in(const std::string& unit_of_it) const {
    return changed(*this, [&](OptionRow& row) { row.unit = unit_of_it; });
}
OptionRow OptionRow::by_default(const std::string& value) const {
    return changed(*this, [&](OptionRow& row) { row.fallback = value; });
}
OptionRow OptionRow::without_default() const { return by_default({}); }
OptionRow OptionRow::by_default(const std::string& value, unsigned which_commands, const Needs& needs) const {
    return changed(*this, [&](OptionRow& row) { row.others.push_back({value, which_commands, needs}); });
}
OptionRow OptionRow::used_with(const Needs& needs) const {
    return changed(*this, [&](OptionRow& row) { row.uses.push_back(needs); });
}
OptionRow OptionRow::searched_in(const std::string& default_range) const {
    return changed(*this, [&](OptionRow& row) { row.search = default_range; });
}
OptionRow OptionRow::beside(const std::string& option_of_the_family) const {
    return changed(*this, [&](OptionRow& row) { row.with_row = option_of_the_family; });
}
OptionRow OptionRow::along_axes(bool may) const {
    return changed(*this, [&](OptionRow& row) { row.may_be_axis = may; });
}

OptionRow OptionRow::whole() const {
    return changed(*this, [](OptionRow& row) { row.kind = Kind::integer; });
}
OptionRow OptionRow::or_list() const {
    return changed(*this, [](OptionRow& row) { row.may_be_list = true; });
}
OptionRow OptionRow::recorded(Record how) const {
    return changed(*this, [&](OptionRow& row) { row.record = how; });
}
OptionRow OptionRow::says_only_how() const {
    return changed(*this, [](OptionRow& row) { row.only_how = true; });
}
OptionRow OptionRow::allowed_in_single(double from, double to, const std::string& words_for_range) const {
    return changed(*this, [&](OptionRow& row) {
        row.single_low = from;
        row.single_high = to;
        row.single_range = words_for_range;
    });
}

bool is_list(const OptionRow& option, const std::string& text) {
    return option.may_be_list && text.find(',') != std::string::npos;
}

std::string long_name_of(const OptionRow& option) {
    if (!option.words.empty()) return option.words;
    std::string words = option.name;
    std::replace(words.begin(), words.end(), '-', ' ');
    return option.symbol.empty() ? words : words + ' ' + option.symbol;
}

}  // namespace modecollapse
