#include "host/families/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/options/option_uses.hpp"

namespace modecollapse {

// Lines of at most so many columns.
std::string described_by_options(const Family& family, const Settings& settings,
                                 const std::vector<std::string>& without) {
    constexpr std::size_t columns = 110;
    const ValuesOf values = [&](const std::string& name) {
        return settings.has(name) ? std::vector<std::string>{settings.text(name)} : std::vector<std::string>{};
    };
    std::string text;
    std::size_t line = 0;
    for (const OptionRow& row : *family.options) {
        const bool left_out = std::find(without.begin(), without.end(), row.name) != without.end();
        if (left_out || row.only_how || row.member.owner == typeid(void) || !settings.has(row.name)) continue;
        if (!is_used(row, probability_command, family.name, values)) continue;
        const std::string one =
            fmt::format("{} = {}", row.symbol.empty() ? row.name : row.symbol, settings.text(row.name));
        const bool wraps = line + one.size() > columns;
        text += text.empty() ? "" : wraps ? ",\n" : ", ";
        line = wraps || text.empty() ? one.size() : line + 2 + one.size();
        text += one;
    }
    return text;
}

std::string describe(const Family& family, const Settings& settings, const std::vector<std::string>& without) {
    return family.describe ? family.describe(settings, without) : described_by_options(family, settings, without);
}

std::string remark_on(const Family& family, const Settings& settings, const Tally& tally) {
    if (family.remark) return family.remark(settings, tally);
    const Schema schema = family.schema(settings);
    std::string means;
    for (std::size_t q = 0; q < schema.quantities.size(); ++q) {
        const MeanOfSums mean = mean_of(schema, tally, q);
        if (std::isnan(mean.mean)) continue;
        std::string name = schema.quantities[q].name;
        std::replace(name.begin(), name.end(), '_', ' ');
        means += fmt::format("{}{} {:.4g} +- {:.2g}", means.empty() ? "\nmeans: " : ", ", name, mean.mean,
                             mean.standard_error);
    }
    return means + "\n";
}

std::vector<Fact> facts_of(const Family& family, const Settings& settings, unsigned command, const Tally* tally) {
    return family.facts ? family.facts(settings, command, tally) : std::vector<Fact>{};
}

std::string remedy_of(const Family& family, const Settings& settings) {
    return family.remedy ? family.remedy(settings) : family.against_failures;
}

std::string title_of(const Family& family, const std::string& what) {
    return *family.made_of ? fmt::format("{} of {}", what, family.made_of) : what;
}

}  // namespace modecollapse
