#include "host/report/tally.hpp"

#include <algorithm>
#include <numeric>

namespace modecollapse {
namespace {

constexpr std::int64_t none = -1;

Field whole_field(const char* name, const Names& dimensions, const std::string& long_name,
                  std::vector<std::int64_t> values, Events::Most most) {
    const bool some_lack = std::find(values.begin(), values.end(), none) != values.end();
    Field one = field(name, dimensions, long_name, std::move(values));
    return most != Events::any || some_lack ? std::move(one).missing_is(none) : one;
}

}  // namespace

TallyFields::TallyFields(const Schema& schema, std::string members)
    : schema_(schema),
      members_(std::move(members)),
      events_(schema.events.size()),
      histograms_(schema.histograms.size()),
      means_(schema.quantities.size()),
      errors_(schema.quantities.size()) {}

void TallyFields::add(const Tally& tally, const Schema& at_this_point) {
    for (std::size_t e = 0; e < events_.size(); ++e)
        events_[e].push_back(has_events(at_this_point, schema_.events[e].name) ? tally.counts[event_at(schema_, e)]
                                                                               : none);
    for (std::size_t h = 0; h < histograms_.size(); ++h) {
        const bool has = has_histogram(at_this_point, schema_.histograms[h].name);
        for (std::size_t at = first_bin(schema_, h); at < first_bin(schema_, h + 1); ++at)
            histograms_[h].push_back(has ? tally.counts[at] : none);
    }
    for (std::size_t q = 0; q < means_.size(); ++q) {
        const MeanOfSums known = mean_of(schema_, tally, q);
        means_[q].push_back(known.mean);
        errors_[q].push_back(known.standard_error);
    }
}

std::vector<Field> TallyFields::fields(const Names& dimensions, Result& result) {
    std::vector<Field> fields;
    for (std::size_t e = 0; e < events_.size(); ++e) {
        const Events& one = schema_.events[e];
        fields.push_back(whole_field(one.name, dimensions, one.long_name, std::move(events_[e]), one.of_a_member));
    }
    for (std::size_t q = 0; q < means_.size(); ++q) {
        const Quantity& one = schema_.quantities[q];
        const std::string error = std::string(one.name) + "_error";
        fields.push_back(
            field(one.name, dimensions, "mean over the " + members_ + ": " + one.long_name, std::move(means_[q]))
                .attribute("units", std::string(one.unit)));
        fields.push_back(field(error.c_str(), dimensions, "standard error of the mean: " + std::string(one.long_name),
                               std::move(errors_[q]))
                             .attribute("units", std::string(one.unit)));
    }
    for (std::size_t h = 0; h < histograms_.size(); ++h) {
        const Histogram& one = schema_.histograms[h];
        const std::string bin = one.name, counts = bin + "_counts";  // as of one ensemble (members.cpp)
        std::vector<std::int64_t> bins(static_cast<std::size_t>(one.size));
        std::iota(bins.begin(), bins.end(), 0);
        result.dimensions.emplace_back(bin, bins.size());
        result.add(
            field(bin.c_str(), {bin}, one.long_name, std::move(bins)).only(file_form).of_kind(FieldKind::coordinate));
        Names over = dimensions;
        over.push_back(bin);
        fields.push_back(whole_field(counts.c_str(), over, "number of " + members_ + " by " + one.long_name,
                                     std::move(histograms_[h]), Events::any)
                             .as(one.name));
    }
    return fields;
}

}  // namespace modecollapse
