#include "host/cli/special_radii.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace modecollapse {
namespace {

struct NamedRadius {
    const char* name;
    const char* label;
    const char* long_name;
    SpecialRadius SpecialRadii::*radius;
};
constexpr NamedRadius named_radii[] = {
    {"r_fold_plus", "R_fold_plus", "smallest radius with a stable state on the +mu* mode", &SpecialRadii::fold_plus},
    {"r_fold_minus", "R_fold_minus", "smallest radius with a stable state on the -mu* mode", &SpecialRadii::fold_minus},
    {"r_inf", "R_inf", "radius at which the limit d -> infinity first collapses", &SpecialRadii::infinite}};

// What stands in the place of a number that there is none of.
std::string absence_of(const SpecialRadius& radius) {
    if (radius.status != RadiusStatus::not_approached) return radius_status_names[static_cast<int>(radius.status)];
    return fmt::format("not approached at any dimension that is accepted: {}", radius.reason);
}

}  // namespace

const char* name_of(const SpecialRadius& radius) { return radius_status_names[static_cast<int>(radius.status)]; }

double value_or_nan(const SpecialRadius& radius) {
    return radius.status == RadiusStatus::found ? radius.value : std::numeric_limits<double>::quiet_NaN();
}

nlohmann::ordered_json number_or_null(double value) {
    return std::isnan(value) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(value);
}

Attributes described(const char* long_name) { return {{"units", "1"}, {"long_name", long_name}}; }

Attributes flagged(const char* long_name, const char* meanings) {
    Attributes attributes = described(long_name);
    std::vector<std::int8_t> values = {0};
    for (const char* c = meanings; *c; ++c)
        if (*c == ' ') values.push_back(static_cast<std::int8_t>(values.size()));
    attributes.push_back({"flag_values", values});
    attributes.push_back({"flag_meanings", meanings});
    return attributes;
}

SpecialRadii find_special_radii(const Problem& problem, const MixtureSettings& settings) {
    SpecialRadii radii;
    radii.fold_plus = find_fold(problem, Mode::plus);
    radii.fold_minus = find_fold(problem, Mode::minus);
    radii.infinite = find_infinite_dimension_radius(problem, settings);
    return radii;
}

void add_special_radii(nlohmann::ordered_json& json, const SpecialRadii& radii) {
    nlohmann::ordered_json status;
    for (const NamedRadius& named : named_radii) {
        json[named.name] = number_or_null(value_or_nan(radii.*named.radius));
        status[named.name] = name_of(radii.*named.radius);
    }
    json["radii_status"] = status;
}

void add_special_radii(Dataset& dataset, const SpecialRadii& radii) {
    for (const NamedRadius& named : named_radii)
        dataset.variables.push_back(
            {named.name, {}, std::vector<double>{value_or_nan(radii.*named.radius)}, described(named.long_name)});
    for (const NamedRadius& named : named_radii) {
        const SpecialRadius& radius = radii.*named.radius;
        Attributes flags =
            flagged(fmt::format("whether {} exists", named.name).c_str(), "found none all_radii not_approached");
        if (!radius.reason.empty()) flags.push_back({"comment", absence_of(radius)});
        dataset.variables.push_back({std::string(named.name) + "_status",
                                     {},
                                     std::vector<std::int8_t>{static_cast<std::int8_t>(radius.status)},
                                     std::move(flags)});
    }
}

std::string special_radii_text(const SpecialRadii& radii) {
    std::string text;
    for (const NamedRadius& named : named_radii) {
        const SpecialRadius& radius = radii.*named.radius;
        text += fmt::format(
            "  {:<13}{}\n", named.label,
            radius.status == RadiusStatus::found ? fmt::format("{:.5f}", radius.value) : absence_of(radius));
    }
    return text;
}

}  // namespace modecollapse
