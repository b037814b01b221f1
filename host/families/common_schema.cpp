#include "host/families/common_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace modecollapse {
namespace {

template <class Named>
typename std::vector<Named>::iterator named(std::vector<Named>& all, const std::string& name) {
    return std::find_if(all.begin(), all.end(), [&](const Named& one) { return name == one.name; });
}
template <class Named>
std::size_t index_of(const std::vector<Named>& all, const std::string& name) {
    return static_cast<std::size_t>(
        std::find_if(all.begin(), all.end(), [&](const Named& one) { return name == one.name; }) - all.begin());
}

// The classes of both, each once, those of the second at the end; the failures stay last.
std::vector<OutcomeClass> common_classes(const std::vector<OutcomeClass>& first,
                                         const std::vector<OutcomeClass>& second) {
    std::vector<OutcomeClass> common = first;
    for (const OutcomeClass& one : second) {
        const auto known = named(common, one.name);
        if (known != common.end() && known->role != one.role)
            throw std::domain_error(std::string("the outcome ") + one.name +
                                    " means something else than in other cells (allowed: cells of one reading)");
        if (known == common.end()) common.insert(std::prev(common.end()), one);
    }
    return common;
}

}  // namespace

Schema common_schema(const Schema& first, const Schema& second) {
    Schema common = first;
    common.classes = common_classes(first.classes, second.classes);
    for (const Histogram& one : second.histograms) {
        const auto known = named(common.histograms, one.name);
        if (known == common.histograms.end())
            common.histograms.push_back(one);
        else
            known->size = std::max(known->size, one.size);
    }
    for (const Events& one : second.events) {
        const auto known = named(common.events, one.name);
        if (known == common.events.end())
            common.events.push_back(one);
        else
            known->of_a_member = std::min(known->of_a_member, one.of_a_member);  // the larger number
    }
    for (const Quantity& one : second.quantities)
        if (named(common.quantities, one.name) == common.quantities.end()) common.quantities.push_back(one);
    return common;
}

namespace {

// The place of a part of another schema, with as much room. The file of a means may have changed under a running sweep.
template <class Part>
std::size_t place_in(const std::vector<Part>& parts, const char* name) {
    const std::size_t at = index_of(parts, name);
    if (at == parts.size())
        throw std::domain_error(
            fmt::format("{} is counted here and not in the other cells (has a file changed?)", name));
    return at;
}

}  // namespace

Tally laid_out(const Tally& tally, const Schema& from, const Schema& to) {
    Tally result(to);
    for (std::size_t c = 0; c < from.classes.size(); ++c)
        result.counts[place_in(to.classes, from.classes[c].name)] = tally.counts[c];
    for (std::size_t h = 0; h < from.histograms.size(); ++h) {
        const Histogram& histogram = from.histograms[h];
        const std::size_t at = place_in(to.histograms, histogram.name);
        if (to.histograms[at].size < histogram.size)
            throw std::domain_error(fmt::format("{} has {} bins here and {} in the other cells (has a file changed?)",
                                                histogram.name, histogram.size, to.histograms[at].size));
        std::copy_n(tally.counts.begin() + static_cast<std::ptrdiff_t>(first_bin(from, h)), histogram.size,
                    result.counts.begin() + static_cast<std::ptrdiff_t>(first_bin(to, at)));
    }
    for (std::size_t e = 0; e < from.events.size(); ++e)
        result.counts[event_at(to, place_in(to.events, from.events[e].name))] = tally.counts[event_at(from, e)];
    for (std::size_t q = 0; q < from.quantities.size(); ++q) {
        const std::size_t at = place_in(to.quantities, from.quantities[q].name);
        result.counts[measured_at(to, at)] = tally.counts[measured_at(from, q)];
        std::copy_n(tally.sums.begin() + static_cast<std::ptrdiff_t>(2 * q), 2,
                    result.sums.begin() + static_cast<std::ptrdiff_t>(2 * at));
    }
    return result;
}

bool has_histogram(const Schema& schema, const std::string& name) {
    return index_of(schema.histograms, name) < schema.histograms.size();
}

bool has_events(const Schema& schema, const std::string& name) {
    const std::size_t at = index_of(schema.events, name);
    return at < schema.events.size() && schema.events[at].of_a_member != Events::none;
}

}  // namespace modecollapse
