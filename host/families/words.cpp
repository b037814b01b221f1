#include "host/families/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/families/share_facts.hpp"
#include "host/options/option_uses.hpp"

namespace modecollapse {

namespace {

// Items between commas, on lines of at most so many columns. `begin`: what the first line begins with.
std::string in_lines(const std::string& begin, const std::vector<std::string>& items) {
    constexpr std::size_t columns = 110;
    std::string text = begin;
    std::size_t line = begin.size();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const bool wraps = i > 0 && line + 2 + items[i].size() > columns;
        text += i == 0 ? "" : wraps ? ",\n" : ", ";
        line = wraps ? items[i].size() : line + (i == 0 ? 0 : 2) + items[i].size();
        text += items[i];
    }
    return text;
}

}  // namespace

std::string described_by_options(const Family& family, const Settings& settings,
                                 const std::vector<std::string>& without) {
    const ValuesOf values = [&](const std::string& name) {
        return settings.has(name) ? std::vector<std::string>{settings.text(name)} : std::vector<std::string>{};
    };
    std::vector<std::string> options;
    for (const OptionRow& row : *family.options) {
        const bool left_out = std::find(without.begin(), without.end(), row.name) != without.end();
        if (left_out || row.only_how || row.member.owner == typeid(void) || !settings.has(row.name)) continue;
        if (!is_used(row, probability_command, family.name, values)) continue;
        options.push_back(fmt::format("{} = {}", row.symbol.empty() ? row.name : row.symbol, settings.text(row.name)));
    }
    return in_lines("", options);
}

std::string describe(const Family& family, const Settings& settings, const std::vector<std::string>& without) {
    return family.describe ? family.describe(settings, without) : described_by_options(family, settings, without);
}

std::string remark_on(const Family& family, const Settings& settings, const Tally& tally,
                      const std::vector<Fact>& facts) {
    if (family.remark) return family.remark(settings, tally);
    const Schema schema = family.schema(settings);
    std::vector<std::string> means;
    for (std::size_t q = 0; q < schema.quantities.size(); ++q) {
        const MeanOfSums mean = mean_of(schema, tally, q);
        if (std::isnan(mean.mean)) continue;
        std::string name = schema.quantities[q].name;
        std::replace(name.begin(), name.end(), '_', ' ');
        const bool known = !std::isnan(mean.standard_error);
        means.push_back(
            fmt::format("{} {:.4g}{}", name, mean.mean, known ? fmt::format(" +- {:.2g}", mean.standard_error) : ""));
    }
    return (means.empty() ? "\n" : in_lines("\nmeans: ", means) + "\n") + text_of_facts(facts);
}

std::string text_of_facts(const std::vector<Fact>& facts) {
    const auto number = [&](std::size_t i) {
        const auto* real = i < facts.size() ? std::get_if<double>(&facts[i].value) : nullptr;
        return real && facts[i].kind == Fact::data ? *real : no_number;
    };
    std::string text;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const bool share = is_share(facts, i);
        if (share && std::isnan(number(i)))
            text += fmt::format("{}: unknown\n", facts[i].long_name);
        else if (share)
            text += fmt::format("{}: {:.5f}   95 % interval {:.5f} .. {:.5f}\n", facts[i].long_name, number(i),
                                number(i + 1), number(i + 2));
        else if (!std::isnan(number(i)))
            text += fmt::format("{}: {:.4g}\n", facts[i].long_name, number(i));
        if (share) i += 2;
    }
    return text;
}

std::vector<Fact> facts_of(const Family& family, const Settings& settings, unsigned command, const Tally* tally) {
    return family.facts ? family.facts(settings, command, tally) : std::vector<Fact>{};
}

std::string remedy_of_dynamics(const Settings& settings) {
    if (settings.is("dynamics", "flow-noise")) return std::string(lower_learning_rate) + ", or raise --maximum-steps";
    return settings.is("dynamics", "flow") ? "to change that, raise --maximum-steps" : lower_learning_rate;
}

std::string remedy_of(const Family& family, const Settings& settings) {
    return family.remedy ? family.remedy(settings) : family.against_failures;
}

std::string title_of(const Family& family, const std::string& what) {
    return *family.made_of ? fmt::format("{} of {}", what, family.made_of) : what;
}

}  // namespace modecollapse
