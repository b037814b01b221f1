#include "host/report/special_radii.hpp"

#include <fmt/format.h>

#include <limits>

namespace modecollapse {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct NamedRadius {
    const char* name;
    const char* label;
    const char* long_name;
    SpecialRadius SpecialRadii::*radius;

    std::string status() const { return std::string(name) + "_status"; }
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

void add_special_radii(Result& result, const SpecialRadii& radii) {
    for (const NamedRadius& named : named_radii) {
        const SpecialRadius& radius = radii.*named.radius;
        result.add(number(named.name, named.long_name, radius.status == RadiusStatus::found ? radius.value : none));
    }
    for (const NamedRadius& named : named_radii) {
        const SpecialRadius& radius = radii.*named.radius;
        Field status = flag(named.status().c_str(), fmt::format("whether {} exists", named.name),
                            words_of(radius_status_names, 4), radius_status_names[static_cast<int>(radius.status)])
                           .as(fmt::format("radii_status.{}", named.name));
        if (!radius.reason.empty()) status = std::move(status).attribute("comment", absence_of(radius));
        result.add(std::move(status));
    }
}

void add_no_special_radii(Result& result) {
    for (const NamedRadius& named : named_radii) result.add(number(named.name, named.long_name, none));
    result.add(number("radii_status", "whether these radii exist: they are of the mixture", none));
}

std::string special_radii_text(const Result& result) {
    std::string text;
    for (const NamedRadius& named : named_radii) {
        const Field& status = result.at(named.status());
        std::string otherwise = text_of(value_of(status, 0));
        for (const auto& [name, value] : status.variable.attributes)
            if (name == "comment") otherwise = std::get<std::string>(value);
        text +=
            fmt::format("  {:<13}{}\n", named.label, shown("{:.5f}", otherwise.c_str())(value_of(result, named.name)));
    }
    return text;
}

Result folds_result(const SpecialRadii& radii) {
    Result result;
    result.csv_first = {"target_weight", "weight", "r_fold_plus", "r_fold_minus", "r_inf"};
    add_special_radii(result, radii);
    return result;
}

}  // namespace modecollapse
