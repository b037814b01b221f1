// Options of a target of K* modes, for every family that is fitted to one: a row each, and what they resolve to. Run: a
// settings struct with members `modes` (components::Modes), `target` (Problem, of which the radius counts) and `means`.
#pragma once

#include <string>
#include <vector>

#include "host/components/modes.hpp"
#include "host/families/target_options.hpp"
#include "host/options/settings.hpp"
#include "modecollapse/components/problem.hpp"

namespace modecollapse {

class Configuration;

template <class Run>
OptionRows mode_rows(unsigned commands) {
    constexpr auto modes = &Run::modes;
    using components::Modes;
    const Need by_count = {"layout", "antipodal|simplex|orthogonal|line|ring|grid"};
    const Need of_radius = {"layout", "antipodal|simplex|orthogonal|ring"};
    return {
        choice_row(
            "layout", components::layout_names,
            "where the target's modes stand: two opposite ones, a regular simplex, at right angles, on a line, a "
            "ring or a square grid, or as a file says",
            modes, &Modes::layout)
            .in(Group::physics)
            .of(commands)
            .along_axes(false),
        number_row("modes", 1, components::most_components, "modes K* of the target", modes, &Modes::count)
            .in(Group::physics)
            .of(commands)
            .called("K*", "number K* of modes")
            .by_default("3")
            .by_default("2", every_command, {{"layout", "antipodal"}})
            .by_default("4", every_command, {{"layout", "grid"}})
            .used_with({by_count}),
        radius_row<Run>(commands).used_with({of_radius}),
        number_row("spacing", 0, 1e6, "distance of neighbours on a line or grid", modes, &Modes::spacing)
            .in(Group::physics)
            .of(commands)
            .allowed("above 0, up to 1e6")
            .used_with({{"layout", "line|grid"}})
            .searched_in("1:10"),
        number_row("centre", -1e6, 1e6, "middle of the line", modes, &Modes::centre)
            .in(Group::physics)
            .of(commands)
            .allowed("-1e6 to 1e6")
            .used_with({{"layout", "line"}})
            .searched_in("0:3"),
        member_row(plain_row(Kind::text, "means", "a .csv or .npy file",
                             "the modes: a file of K* rows with the coordinates of a mode each"),
                   settings_member(&Run::means))
            .in(Group::physics)
            .of(commands)
            .without_default()
            .used_with({{"layout", "file"}})
            .along_axes(false),
    };
}

// (K*, coordinates), those of a file read. Throws std::domain_error.
std::vector<std::vector<double>> coordinates_of(components::Modes modes, double radius, const std::string& means);

std::string digest_of_rows(const std::vector<std::vector<double>>& rows);
// Of the coordinates in the file of the modes; empty without one.
std::string digest_of_means(const Settings& settings);

void check_modes(const Configuration& options);  // throws UsageError

}  // namespace modecollapse
