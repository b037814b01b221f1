// modecollapse basin: outcome over a grid of starts (m1, m2) at fixed overlap s.
#include <fmt/format.h>

#include <algorithm>

#include "host/cli/commands.hpp"
#include "host/cli/progress.hpp"
#include "host/options/physics_options.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

constexpr std::int8_t outside = -1;  // no three vectors have these overlaps
constexpr char symbols[] = {'+', '-', 'v', 'M', 'S', '?', '!'};

// A coarse picture for the terminal: m1 to the right, m2 upward.
std::string picture(const std::vector<std::int8_t>& outcome, int n) {
    const int columns = std::min(n, 61), rows = std::min(n, 31);
    std::string text;
    for (int r = rows - 1; r >= 0; --r) {
        text += "  ";
        const int j = rows == 1 ? 0 : static_cast<int>(std::lround(static_cast<double>(r) * (n - 1) / (rows - 1)));
        for (int c = 0; c < columns; ++c) {
            const int i = static_cast<int>(std::lround(static_cast<double>(c) * (n - 1) / (columns - 1)));
            const std::int8_t value = outcome[static_cast<std::size_t>(i) * n + j];
            text += value == outside ? ' ' : symbols[value];
        }
        text += '\n';
    }
    return text +
           "  m1 from -1 to 1 to the right, m2 upward;  + aligned_plus  - aligned_minus  v vanished  M matched  S "
           "swapped  ? undecided  ! "
           "failed\n";
}

}  // namespace

Report run_basin(const Configuration& options) {
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const double s = options.number("s");
    const int n = static_cast<int>(options.integer("grid"));
    constexpr double bytes_of_a_start = 250.0;  // with its place in a table
    require_memory(fmt::format("basin with --grid {}", n), bytes_of_a_start * n * n);
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Basins of attraction");

    std::vector<double> axis(n);
    for (int i = 0; i < n; ++i) axis[i] = (2.0 * i - (n - 1)) / (n - 1);
    const double start_weight = start_coordinate(problem);
    std::vector<OrderParameters<double>> starts;
    std::vector<std::size_t> places;
    for (int i = 0; i < n; ++i) {
        throw_if_given_up();
        for (int j = 0; j < n; ++j) {
            const double determinant =
                1.0 + 2.0 * axis[i] * axis[j] * s - axis[i] * axis[i] - axis[j] * axis[j] - s * s;
            if (determinant < -1e-12) continue;
            starts.push_back({axis[i], axis[j], 1.0 - s, start_weight});
            places.push_back(static_cast<std::size_t>(i) * n + j);
        }
    }
    std::vector<std::uint8_t> fates(starts.size());
    const MixtureSetup setup(problem, settings);
    constexpr double resolving_dimension = 1e4;  // alignments are resolved relative to 0.01: finer than any grid step
    OutcomeCounts counts;
    {
        Progress progress("basin", !options.flag("quiet"));
        RunControl control;
        control.progress = [&](std::uint64_t done) {
            progress.update(static_cast<double>(done) / static_cast<double>(starts.size()),
                            fmt::format("{} starts", done));
        };
        counts = run_from_starts(setup, resolving_dimension, starts.data(), starts.size(),
                                 {fates.data(), nullptr, nullptr, nullptr, nullptr}, backend, control);
    }
    std::vector<std::int8_t> outcome(static_cast<std::size_t>(n) * n, outside);
    for (std::size_t k = 0; k < places.size(); ++k) outcome[places[k]] = static_cast<std::int8_t>(fates[k]);
    report.record.finished = utc_now();

    report.json["counts"] = counts_json(counts);
    report.json["outside"] = static_cast<std::int64_t>(outcome.size() - places.size());
    report.json["radius"] = problem.radius;
    report.json["s"] = s;
    add_physics(report.json, problem, settings);
    add_provenance(report.json, options, report.record);
    report.json["m1"] = axis;
    report.json["m2"] = axis;
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    report.csv.columns = {"m1", "m2", "s", "outcome"};
    std::vector<std::string> names(outcome_names, outcome_names + outcome_count);
    for (int i = 0; i < n; ++i) {
        nlohmann::ordered_json row = nlohmann::ordered_json::array();
        for (int j = 0; j < n; ++j) {
            const std::int8_t value = outcome[static_cast<std::size_t>(i) * n + j];
            const std::string name = value == outside ? "" : names[value];
            row.push_back(value == outside ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(name));
            if (value != outside)
                report.csv.rows.push_back({cell_text(axis[i]), cell_text(axis[j]), cell_text(s), name});
        }
        rows.push_back(std::move(row));
    }
    report.json["outcome"] = std::move(rows);  // (m1, m2); null: not admissible

    std::string meanings = "outside";
    std::vector<std::int8_t> values = {outside};
    for (int i = 0; i < outcome_count; ++i) meanings += " " + names[i], values.push_back(static_cast<std::int8_t>(i));
    report.dataset.dimensions = {{"m1", static_cast<std::size_t>(n)}, {"m2", static_cast<std::size_t>(n)}};
    report.dataset.variables = {
        {"m1", {"m1"}, axis, {{"units", "1"}, {"long_name", "alignment of the first mean at the start"}}},
        {"m2", {"m2"}, axis, {{"units", "1"}, {"long_name", "alignment of the second mean at the start"}}},
        {"outcome",
         {"m1", "m2"},
         outcome,
         {{"units", "1"}, {"long_name", "outcome"}, {"flag_values", values}, {"flag_meanings", meanings}}}};
    Table table{{"outcome", "starts"}, {}};
    for (int i = 0; i < outcome_count; ++i) table.rows.push_back({names[i], fmt::format("{}", counts.count[i])});
    report.text = fmt::format("{}, s = {:g}, {} x {} starts\n\n", describe(problem, settings, true), s, n, n) +
                  picture(outcome, n) + "\n" + to_aligned_text(table);
    return report;
}

}  // namespace modecollapse
