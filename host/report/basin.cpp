#include "host/report/basin.hpp"

#include <algorithm>
#include <cmath>

namespace modecollapse {
namespace {

constexpr char symbols[] = {'+', '-', 'v', 'M', 'S', '?', '!'};

}  // namespace

Result basin_result(const Basin& basin, double s) {
    const Names plane = {"m1", "m2"};
    const std::size_t n = basin.axis.size();
    Result result;
    result.dimensions = {{"m1", n}, {"m2", n}, {"outcome_class", outcome_count}};
    result.classes = {"outcome_class"};
    result.rows = plane;
    result.csv_first = {"m1", "m2", "s", "outcome"};
    result.csv_skips = "outcome";
    result.add(
        field("outcome_class", {"outcome_class"}, "outcome of a trajectory", words_of(outcome_names, outcome_count))
            .only(file_form)
            .of_kind(FieldKind::coordinate));
    const OutcomeCounts& counts = basin.counts;
    result.add(field("counts", {"outcome_class"}, "number of starts",
                     std::vector<std::int64_t>(counts.count, counts.count + outcome_count)));
    result.add(whole("outside", "points of the grid at which no three vectors have these overlaps", basin.outside));
    result.add(parameter("s", "overlap of the two means at the start", s).symbol("s"));
    result.add(field("m1", {"m1"}, "alignment of the first mean at the start", basin.axis)
                   .symbol("m1")
                   .of_kind(FieldKind::coordinate));
    result.add(field("m2", {"m2"}, "alignment of the second mean at the start", basin.axis)
                   .symbol("m2")
                   .of_kind(FieldKind::coordinate));
    Names words = {"outside"};
    words.insert(words.end(), outcome_names, outcome_names + outcome_count);
    result.add(flags("outcome", plane, "outcome", words, basin.outcome, outside_basin).none_is(outside_basin));
    return result;
}

std::string basin_picture(const Basin& basin) {
    const int n = static_cast<int>(basin.axis.size());
    const int columns = std::min(n, 61), rows = std::min(n, 31);
    std::string text;
    for (int r = rows - 1; r >= 0; --r) {
        text += "  ";
        const int j = rows == 1 ? 0 : static_cast<int>(std::lround(static_cast<double>(r) * (n - 1) / (rows - 1)));
        for (int c = 0; c < columns; ++c) {
            const int i = static_cast<int>(std::lround(static_cast<double>(c) * (n - 1) / (columns - 1)));
            const std::int8_t value = basin.outcome[static_cast<std::size_t>(i) * n + j];
            text += value == outside_basin ? ' ' : symbols[value];
        }
        text += '\n';
    }
    return text +
           "  m1 from -1 to 1 to the right, m2 upward;  + aligned_plus  - aligned_minus  v vanished  M matched  S "
           "swapped  ? undecided  ! "
           "failed\n";
}

Table basin_table(const Result& result) {
    return text_table(result, {"outcome_class"}, {{"outcome", "outcome_class", {}}, {"starts", "counts", {}}});
}

}  // namespace modecollapse
