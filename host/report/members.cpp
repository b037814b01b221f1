#include "host/report/members.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modecollapse {
namespace {

void add_histogram(Result& result, const Family& family, const Schema& schema, std::size_t h, const Tally& tally) {
    const Histogram& histogram = schema.histograms[h];
    const auto size = static_cast<std::size_t>(histogram.size);
    std::vector<std::int64_t> bins(size);
    for (std::size_t i = 0; i < size; ++i) bins[i] = static_cast<std::int64_t>(i);
    const auto first = tally.counts.begin() + static_cast<std::ptrdiff_t>(first_bin(schema, h));
    result.dimensions.emplace_back(histogram.name, size);
    result.add(field(histogram.name, {histogram.name}, histogram.long_name, std::move(bins))
                   .only(file_form)
                   .of_kind(FieldKind::coordinate));
    result.add(field(fmt::format("{}_counts", histogram.name).c_str(), {histogram.name},
                     fmt::format("number of {} by {}", family.members, histogram.long_name),
                     std::vector<std::int64_t>(first, first + static_cast<std::ptrdiff_t>(size)))
                   .as(histogram.name));
}

void add_mean(Result& result, const Family& family, const Quantity& quantity, const MeanOfSums& mean) {
    const std::string name = fmt::format("mean_{}", quantity.name);
    result.add(number(name.c_str(), fmt::format("mean over the {}: {}", family.members, quantity.long_name), mean.mean)
                   .attribute("units", std::string(quantity.unit)));
    result.add(number((name + "_error").c_str(), fmt::format("standard error of {}", name), mean.standard_error)
                   .attribute("units", std::string(quantity.unit)));
}

}  // namespace

MemberClasses classes_of(const Family& family, const Schema& schema) {
    MemberClasses classes;
    for (const OutcomeClass& one : schema.classes) classes.names.emplace_back(one.name);
    classes.of = family.member;
    classes.members = family.members;
    return classes;
}

Field field_of(const Fact& fact) {
    Field field;
    if (const auto* real = std::get_if<double>(&fact.value))
        field = number(fact.name.c_str(), fact.long_name, *real);
    else if (const auto* integer = std::get_if<std::int64_t>(&fact.value))
        field = whole(fact.name.c_str(), fact.long_name, *integer);
    else
        field = parameter(fact.name.c_str(), fact.long_name, std::get<std::string>(fact.value));
    field.kind = fact.kind == Fact::parameter ? FieldKind::coordinate : FieldKind::data;
    field.missing = fact.missing;
    return fact.absence ? std::move(field).missing_is(*fact.absence) : std::move(field);
}

void add_facts(Result& result, const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) result.add(field_of(fact));
}

void add_tally(Result& result, const Family& family, const Schema& schema, const Tally& tally,
               const std::vector<Fact>& facts) {
    for (std::size_t h = 0; h < schema.histograms.size(); ++h) add_histogram(result, family, schema, h, tally);
    for (std::size_t e = 0; e < schema.events.size(); ++e) {
        const Events& events = schema.events[e];
        if (std::none_of(facts.begin(), facts.end(), [&](const Fact& fact) { return fact.name == events.name; }))
            result.add(whole(events.name, events.long_name, tally.counts[event_at(schema, e)]));
    }
    for (std::size_t q = 0; q < schema.quantities.size(); ++q)
        add_mean(result, family, schema.quantities[q], mean_of(schema, tally, q));
    add_facts(result, facts);
}

void add_members(Result& result, const Family& family, const Schema& schema, const MemberTable& table) {
    const std::size_t n = table.outcomes.size();
    const Names member = {"member"};
    std::vector<std::int64_t> ids(n);
    for (std::size_t i = 0; i < n; ++i) ids[i] = static_cast<std::int64_t>(i);
    result.dimensions.emplace_back("member", n);
    result.add(field("member", member, fmt::format("id of a {}", family.member), std::move(ids)).only(file_form));
    result.add(flags("member_outcome", member, "outcome", classes_of(family, schema).names,
                     {table.outcomes.begin(), table.outcomes.end()})
                   .only(file_form));
    for (std::size_t q = 0; q < table.quantities.size(); ++q) {
        const Quantity& quantity = table.quantities[q];
        const bool counted = std::any_of(schema.histograms.begin(), schema.histograms.end(), [&](const Histogram& one) {
            return std::string(one.name) == quantity.name;  // the file's coordinate of the counts has that name
        });
        const std::string name = (counted ? "member_" : "") + std::string(quantity.name);
        result.add(field(name.c_str(), member, quantity.long_name, table.values[q])
                       .attribute("units", std::string(quantity.unit))
                       .only(file_form));
    }
}

}  // namespace modecollapse
