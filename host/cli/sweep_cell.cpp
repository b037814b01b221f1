#include "host/cli/sweep_cell.hpp"

#include <algorithm>

#include "host/io/names.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"

namespace modecollapse {

std::string corner_of(const Axis& axis) {
    if (axis.name != "annealing") return axis.texts.front();
    const auto schedule = [](const std::string& text) { return text != "none" && text != "constant"; };
    const auto found = std::find_if(axis.texts.begin(), axis.texts.end(), schedule);
    return found != axis.texts.end() ? *found : *std::min_element(axis.texts.begin(), axis.texts.end());
}

Cell base_cell(const Configuration& first_cell, const Configuration& base) {
    Cell cell;
    cell.family = named<FamilyId>(family_names, base.text("family"));
    cell.problem = cell.family == FamilyId::realnvp ? target_from(first_cell) : problem_from(first_cell);
    cell.constant_temperature = first_cell.text("annealing") == "constant";
    if (cell.constant_temperature)
        cell.problem.annealing.initial_temperature = first_cell.number("initial-temperature");
    cell.weight_given = base.has("weight");
    cell.settings = settings_from(base);
    cell.training = training_from(base, base.number("dimension"));
    cell.request.dimension = base.number("dimension");
    cell.request.trajectories = static_cast<std::uint64_t>(base.integer("trajectories"));
    cell.request.seed = base.seed();
    return cell;
}

}  // namespace modecollapse
