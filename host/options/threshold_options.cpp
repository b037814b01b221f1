#include "host/options/threshold_options.hpp"

#include <cmath>
#include <limits>

#include "host/families/theory.hpp"
#include "host/options/option_table.hpp"

namespace modecollapse {
namespace {

// A value by theory costs what some 2 10^5 trajectories do, and a guess is of half a dozen.
constexpr double fewest_for_theory = 4e6;
constexpr const char* accuracy_of_a_guess = "0.005";

// Of another command, as far as it has the same options.
Settings settings_of(unsigned command, const Settings& threshold, const Family& family, const SearchedOption& over,
                     const std::string& dimension, double value) {
    Settings settings(option_rows(command, family.name));
    for (const OptionRow* row : option_rows(command, family.name)) {
        const OptionRow* here = find_option(row->name, threshold_command, family.name);
        if (here && threshold.has(row->name) && here->kind == row->kind)
            settings.set(row->name, threshold.text(row->name));
    }
    if (!dimension.empty()) settings.set("dimension", dimension);
    settings.set(over.name(), text_of_number(value));
    return settings;
}

}  // namespace

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
    return settings_of(probability_command, threshold, family, over, dimension, value);
}

std::function<double(std::size_t, double, int)> guess_of(const Settings& threshold, const Family& family,
                                                         const SearchedOption& over, bool dimensions_are_listed,
                                                         const std::vector<double>& dimensions) {
    if (!family.at_a_point || threshold.is("sampling", "sobol") || threshold.number("trajectories") < fewest_for_theory)
        return {};
    return [=, &family](std::size_t i, double value, int threads) {
        Settings at = settings_of(theory_command, threshold, family, over,
                                  dimensions_are_listed ? text_of_number(dimensions[i]) : "", value);
        at.set("accuracy", accuracy_of_a_guess);
        try {
            family.at_a_point->require(at);
            return family.at_a_point->at(at, threads).front();
        } catch (const std::domain_error&) {
            return std::numeric_limits<double>::quiet_NaN();
        }
    };
}

SamplingPlan sampling_plan(const Settings& settings) {
    SamplingPlan plan;
    if (settings.is("sampling", "sobol")) plan.sampling = Sampling::sobol;
    if (settings.has("replicates")) plan.replicates = static_cast<std::uint64_t>(settings.number("replicates"));
    return plan;
}

}  // namespace modecollapse
