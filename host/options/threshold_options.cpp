#include "host/options/threshold_options.hpp"

#include <cmath>

#include "host/options/option_table.hpp"

namespace modecollapse {

ThresholdSearch search_of(const SearchedOption& over, const Family& family) {
    const bool own = over.name() == family.searched && family.steps.coarse > 0.0;
    ThresholdSearch search;
    search.low = over.low;
    search.high = over.high;
    search.scale = over.logarithmic ? Scale::logarithmic : Scale::linear;
    search.numbers = over.whole() ? Numbers::whole : Numbers::real;
    search.direction = own ? Seen::rising : Seen::from_the_ends;
    const double span = over.logarithmic ? std::log(over.high / over.low) : over.high - over.low;
    search.coarse_step = own ? family.steps.coarse : span / family.steps.intervals;
    search.resolution = own ? family.steps.resolution : search.coarse_step / std::exp2(family.steps.halvings);
    return search;
}

Settings settings_at(const Settings& threshold, const Family& family, const SearchedOption& over,
                     const std::string& dimension, double value) {
    Settings settings(option_rows(probability_command, family.name));
    for (const OptionRow* row : option_rows(probability_command, family.name)) {
        const OptionRow* here = find_option(row->name, threshold_command, family.name);
        if (here && threshold.has(row->name) && here->kind == row->kind)
            settings.set(row->name, threshold.text(row->name));
    }
    if (!dimension.empty()) settings.set("dimension", dimension);
    settings.set(over.name(), text_of_number(value));
    return settings;
}

SamplingPlan sampling_plan(const Settings& settings) {
    SamplingPlan plan;
    if (settings.is("sampling", "sobol")) plan.sampling = Sampling::sobol;
    if (settings.has("replicates")) plan.replicates = static_cast<std::uint64_t>(settings.number("replicates"));
    return plan;
}

}  // namespace modecollapse
