#include "host/cli/sweep_forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "host/run/memory.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t most_looked_at =
    1000;                                  // cells, evenly spread; the corners of a grid are the first and the last
constexpr double bytes_of_a_cell = 300.0;  // its state, and its values in the result; and of each number of its tally:
constexpr double bytes_of_a_number = 24.0;
constexpr double bytes_of_the_program = 3e7;
constexpr std::chrono::seconds patience{2}, longest_patience{10};

// f(cell) for some thousand cells of a plan, or all.
template <class Function>
void look_at_cells(const SweepPlan& plan, const Function& f) {
    const std::uint64_t cells = plan.cells(), looked_at = std::min(cells, most_looked_at);
    for (std::uint64_t i = 0; i < looked_at; ++i) {
        throw_if_given_up();
        f(plan.cell(looked_at < 2 ? 0
                                  : static_cast<std::uint64_t>(static_cast<double>(i) * static_cast<double>(cells - 1) /
                                                               static_cast<double>(looked_at - 1))));
    }
}

// Of cells spread over the grid: at least some, and more for two seconds; but when ten are over, no further one.
double predicted_seconds(const SweepPlan& plan, const Backend& backend) {
    constexpr std::uint64_t some = 8, many = 48;
    constexpr double golden = 0.6180339887498949;  // its multiples modulo 1 are spread whenever one stops
    const std::uint64_t cells = plan.cells(), most = std::min(cells, many);
    const auto started = std::chrono::steady_clock::now();
    const auto is_enough = [&](std::uint64_t looked_at) {
        const auto passed = std::chrono::steady_clock::now() - started;
        return looked_at == most || (looked_at >= some && passed > patience) ||
               (looked_at > 0 && passed > longest_patience);
    };
    double seconds = 0.0;
    std::uint64_t looked_at = 0;
    for (std::set<std::uint64_t> seen; !is_enough(looked_at); ++looked_at) {
        std::uint64_t id = static_cast<std::uint64_t>(std::fmod(golden * static_cast<double>(looked_at), 1.0) *
                                                      static_cast<double>(cells));
        while (!seen.insert(id).second) id = (id + 1) % cells;
        throw_if_given_up();
        const Cell cell = plan.cell(id);
        seconds += cell.ensemble().predicted_seconds(cell.members(), backend);
    }
    return seconds / static_cast<double>(looked_at) * static_cast<double>(cells);
}

double trajectories_of(const SweepPlan& plan, const SweepPart& part) {
    const std::uint64_t cells = plan.cells(), own = (cells - part.index + part.count - 1) / part.count;
    const bool same = std::none_of(plan.groups.begin(), plan.groups.end(), [](const AxisGroup& group) {
        return std::any_of(group.axes.begin(), group.axes.end(),
                           [](const Axis& axis) { return axis.name == "trajectories"; });
    });
    if (same) return static_cast<double>(own) * plan.base.number("trajectories");
    double sum = 0.0;
    for (std::uint64_t i = part.index; i < cells; i += part.count) sum += static_cast<double>(plan.cell(i).members());
    return sum;
}

}  // namespace

double memory_of_sweep(const SweepPlan& plan, const Backend& backend) {
    double thread = 0.0;
    look_at_cells(plan, [&](const Cell& cell) { thread = std::max(thread, cell.ensemble().bytes_of_a_thread()); });
    const TallySize size = size_of(plan.schema);
    const double cell = bytes_of_a_cell + bytes_of_a_number * static_cast<double>(size.counts + size.sums);
    return bytes_of_the_program + cell * static_cast<double>(plan.cells()) + backend.threads * thread;
}

std::string forecast_text(const SweepPlan& plan, const SweepPart& part, const Backend& backend) {
    const std::uint64_t cells = plan.cells();
    std::string text =
        fmt::format("cells             {}{}\n", (cells - part.index + part.count - 1) / part.count,
                    part.count > 1 ? fmt::format(" of {} (shard {}/{})", cells, part.index, part.count) : "");
    for (const AxisGroup& group : plan.groups)
        for (const Axis& axis : group.axes)
            text += fmt::format("axis              {}: {} values, {} to {}{}\n", axis.name, axis.texts.size(),
                                axis.texts.front(), axis.texts.back(), group.axes.size() > 1 ? " (zipped)" : "");
    if (plan.quantity->counts_members())
        text += fmt::format("trajectories      {:g}{}\n", trajectories_of(plan, part),
                            plan.adaptive ? fmt::format(" at least, {} a cell at most", plan.adaptive->most) : "");
    text += fmt::format("memory            about {}, of {} that are free\n", bytes_text(memory_of_sweep(plan, backend)),
                        bytes_text(available_memory()));
    return text + fmt::format("predicted time    {:.3g} s on {} ({}, {} threads) that nothing else uses\n",
                              predicted_seconds(plan, backend) / static_cast<double>(part.count), backend.name,
                              backend.isa, backend.threads);
}

}  // namespace modecollapse
