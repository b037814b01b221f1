#include "host/report/special_radii.hpp"

#include <fmt/format.h>

#include <limits>

namespace modecollapse {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// What stands in the place of a number that there is none of.
std::string absence_of(const SpecialRadius& radius) {
    if (radius.status != RadiusStatus::not_approached) return radius_status_names[static_cast<int>(radius.status)];
    return fmt::format("not approached at any dimension that is accepted: {}", radius.reason);
}

}  // namespace

void add_special_radii(Result& result, const std::vector<SearchMark>& marks) {
    for (const auto& [name, label, long_name, radius, jump] : marks)
        result.add(number(name.c_str(), long_name, radius.status == RadiusStatus::found ? radius.value : none));
    for (const auto& [name, label, long_name, radius, jump] : marks) {
        Field status = flag((name + "_status").c_str(), fmt::format("whether {} exists", name),
                            words_of(radius_status_names, 4), radius_status_names[static_cast<int>(radius.status)])
                           .as(fmt::format("radii_status.{}", name));
        if (!radius.reason.empty()) status = std::move(status).attribute("comment", absence_of(radius));
        result.add(std::move(status));
    }
}

std::string special_radii_text(const Result& result, const std::vector<SearchMark>& marks) {
    std::string text;
    for (const SearchMark& mark : marks)
        text += fmt::format("  {:<13}{}\n", mark.label,
                            shown("{:.5f}", absence_of(mark.radius))(value_of(result, mark.name)));
    return text;
}

Result folds_result(const std::vector<SearchMark>& marks) {
    Result result;
    result.csv_first = {"target_weight", "weight", "r_fold_plus", "r_fold_minus", "r_inf"};
    add_special_radii(result, marks);
    return result;
}

}  // namespace modecollapse
