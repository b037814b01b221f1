#include "host/cli/sweep_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "host/cli/parameters.hpp"
#include "host/cli/sweep_adaptive.hpp"
#include "host/cli/sweep_axes.hpp"
#include "host/cli/sweep_overrides.hpp"
#include "host/cli/sweep_precision.hpp"
#include "host/io/equal_bits.hpp"
#include "host/io/names.hpp"
#include "host/io/provenance.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/toml_file.hpp"
#include "host/run/watch.hpp"
#include "host/sweep/pieces.hpp"
#include "host/sweep/schema_of_cells.hpp"

namespace modecollapse {
namespace {

constexpr const char* name_in_messages = "a cell of a phase diagram";
constexpr double most_cells = 1e8;
constexpr std::uint64_t most_checked_cells = 1000000;

class SweepFileReader {
public:
    SweepFileReader(const std::string& text, const std::string& path, const std::optional<std::string>& known_seed,
                    CheckedCells checked)
        : path_(path), known_seed_(known_seed), checked_(checked) {
        result_.text = text;
    }

    SweepFile read(const std::map<std::string, std::string>& overrides) {
        const toml::table document = with_values(parse_toml(result_.text, path_, path_), overrides);
        read_quantity(document["quantity"].node());
        for (auto&& [key, node] : document) {
            const std::string name(key.str());
            if (name == "quantity") continue;
            if (name != "axes" && name != "fixed" && name != "adaptive")
                refuse_key(name, key.source(), path_, "(sections)", {"axes", "fixed", "adaptive", "quantity"});
            if (!node.is_table())
                throw UsageError(
                    fmt::format("{}: {} is not a section (write [{}])", place_of(key.source(), path_), name, name));
        }
        read_fixed(document["fixed"].as_table());
        read_axes(document["axes"].as_table());
        resolve();
        if (const toml::table* section = document["adaptive"].as_table()) {
            if (!result_.plan.quantity->counts_members())
                throw UsageError(fmt::format(
                    "{}: [adaptive] adds random starts to a cell, which quantity = \"{}\" does not take here "
                    "(allowed: quantity = \"probability\" with sampling = \"monte-carlo\")",
                    place_of(section->source(), path_), result_.plan.quantity->name()));
            result_.plan.adaptive = read_adaptive(*section, path_);
            check_first_round();
            result_.plan.canonical += adaptive_toml(*result_.plan.adaptive);
        }
        result_.config_toml = result_.plan.canonical;
        return std::move(result_);
    }

private:
    void read_quantity(const toml::node* node) {
        if (!node) return;
        const auto name = node->value<std::string>();
        const SweepQuantity* quantity = name ? sweep_quantity_named(*name) : nullptr;
        if (!quantity)
            throw UsageError(fmt::format("{}: quantity{} (allowed: {})", place_of(node->source(), path_),
                                         name ? fmt::format(" = \"{}\" is unknown", *name) : " is no text",
                                         fmt::join(sweep_quantity_names(), ", ")));
        result_.plan.quantity = quantity;
    }

    unsigned cell_command() const { return result_.plan.quantity->command(); }

    // An option that cells have, if another quantity is asked for.
    void refuse_of_another_quantity(const std::string& name, const toml::source_region& where) const {
        std::vector<std::string> others;
        for (const std::string& other : sweep_quantity_names())
            if (const OptionRow* row = find_option(name, sweep_quantity_named(other)->command()); row && !row->only_how)
                others.push_back(fmt::format("quantity = \"{}\"", other));
        if (!others.empty())
            throw UsageError(fmt::format("{}: {} is not used with quantity = \"{}\" (allowed: leave it out, or {})",
                                         place_of(where, path_), name, result_.plan.quantity->name(),
                                         fmt::join(others, ", ")));
    }

    void read_fixed(const toml::table* section) {
        if (!section) return;
        for (auto&& [key, node] : *section) {
            const std::string name(key.str());
            if (!find_option(name, cell_command())) refuse_of_another_quantity(name, key.source());
            if (!find_option(name, cell_command()))
                refuse_key(name, key.source(), path_, "in [fixed]", option_names(cell_command()));
            if (find_option(name, cell_command())->only_how)
                throw UsageError(fmt::format("{}: {} is no property of a cell (give it on the command line)",
                                             place_of(key.source(), path_), name));
            fixed_[name] = given_value(name, node, key.source(), path_);
        }
    }

    void read_axes(const toml::table* section) {
        if (!section || section->empty())
            throw UsageError(fmt::format("{}: there is no [axes] section, or it is empty", path_));
        std::map<std::string, Axis> axes;
        std::map<std::string, std::string> places;
        std::vector<std::pair<std::size_t, std::string>> order;  // as written: toml++ sorts keys by name
        for (auto&& [key, node] : *section) {
            const std::string name(key.str());
            if (name == "zip") continue;
            const std::vector<std::string> allowed = axis_names(cell_command());
            if (!find_option(name, cell_command())) refuse_of_another_quantity(name, key.source());
            if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
                refuse_key(name, key.source(), path_, "in [axes]", allowed);
            if (fixed_.count(name))
                throw UsageError(
                    fmt::format("{}: {} is in [axes] and in [fixed]", place_of(key.source(), path_), name));
            axes[name] = read_axis(name, node, key.source(), path_, cell_command(), fixed_);
            places[name] = place_of(key.source(), path_);
            order.emplace_back(static_cast<std::size_t>(key.source().begin.line) << 20 | key.source().begin.column,
                               name);
        }
        if (axes.empty()) throw UsageError(fmt::format("{}: [axes] has no axis", place_of(section->source(), path_)));
        std::sort(order.begin(), order.end());
        const auto zipped = read_zip(section->get("zip"), axes, path_);
        std::set<std::string> done;
        for (const auto& [line, name] : order) {
            if (done.count(name)) continue;
            AxisGroup group;
            const auto partners = zipped.find(name);
            for (const std::string& member :
                 partners == zipped.end() ? std::vector<std::string>{name} : partners->second) {
                group.axes.push_back(axes.at(member));
                done.insert(member);
            }
            require_distinct(group, places.at(name));
            result_.plan.groups.push_back(std::move(group));
        }
        double cells = 1.0;
        for (const AxisGroup& group : result_.plan.groups) cells *= static_cast<double>(group.size());
        if (cells > most_cells)
            throw UsageError(
                fmt::format("{}: the grid has {:g} cells (allowed: up to {:g})", path_, cells, most_cells));
    }

    // Base cell, seed, canonical text.
    void resolve() {
        const bool seed_axis = axis_named("seed");
        const auto sampling = fixed_.find("sampling");
        if (result_.plan.quantity == &sampled_quantity() && sampling != fixed_.end() &&
            sampling->second.text == "sobol")
            result_.plan.quantity = &sobol_quantity();
        const bool random = find_option("seed", cell_command());
        result_.seed_drawn = random && !fixed_.count("seed") && !known_seed_ && !seed_axis;
        if (random && !fixed_.count("seed") && known_seed_ && !seed_axis) fixed_["seed"] = {*known_seed_, ""};
        std::map<std::string, GivenValue> corner = fixed_;  // of the grid: [fixed] may need what an axis gives
        std::map<std::string, std::vector<std::string>> axes;
        for (const AxisGroup& group : result_.plan.groups)
            for (const Axis& axis : group.axes) {
                corner[axis.name] = {corner_of(axis), fmt::format("{} (an axis of {})", axis.name, path_)};
                axes[axis.name] = axis.texts;
            }
        Configuration first_cell(cell_command(), name_in_messages, corner);
        first_cell.set_axes(axes);
        if (!corner.count("annealing") && first_cell.has("annealing"))
            fixed_["annealing"] = {first_cell.text("annealing"), ""};  // an axis of temperatures may decide it
        Configuration base(cell_command(), name_in_messages, fixed_);
        base.set_axes(axes);
        refuse_unavailable(first_cell);
        result_.plan.quantity->check(family_named(first_cell.family()), first_cell);
        result_.seed = seed_axis ? seed_is_an_axis : random ? base.text("seed") : "";
        const Axis* precisions = axis_named("precision");
        result_.precision = precisions ? "an axis" : base.text("precision");
        const std::vector<std::string> each =
            precisions ? precisions->texts : std::vector<std::string>{result_.precision};
        const bool single = std::find(each.begin(), each.end(), "single") != each.end();
        if (single) refuse_for_single(base, result_.plan.groups, path_);
        result_.plan.base = base.settings();
        result_.plan.parameters =
            parameters_of_all_cells(result_.plan.groups, cell_command(), name_in_messages, corner);
        check_cells();
        if (result_.plan.quantity->name() != std::string(sampled_quantity().name()))
            result_.plan.canonical = fmt::format("quantity = \"{}\"\n", result_.plan.quantity->name());
        result_.plan.canonical += axes_toml(result_.plan.groups) + "\n[fixed]\n";
        for (const TomlEntry& entry : base.toml_entries(true))
            if (!axis_named(entry.name) && !(single && is_left_to_precision(base, entry.name)))
                result_.plan.canonical += fmt::format("{} = {}\n", entry.name, entry.text);
    }

    const Axis* axis_named(const std::string& name) const {
        for (const AxisGroup& group : result_.plan.groups)
            for (const Axis& axis : group.axes)
                if (axis.name == name) return &axis;
        return nullptr;
    }

    // Every cell by itself, as far as that takes no time; and what all of them are counted by, however many.
    void check_cells() {
        SweepPlan& plan = result_.plan;
        bool checked = checked_ == CheckedCells::all;
        for (std::uint64_t i = 0; checked && i < std::min(plan.cells(), most_checked_cells); ++i) {
            const Cell cell = plan.cell(i);
            try {
                checked = can_be_set_up(cell);
            } catch (const std::domain_error& error) {
                throw UsageError(
                    fmt::format("{}: cell {} ({}): {}", path_, i, modecollapse::place_of(plan, i), error.what()));
            }
        }
        try {
            plan.schema = schema_of_cells(plan);
        } catch (const std::domain_error& error) {
            throw UsageError(fmt::format("{}: {}", path_, error.what()));
        }
    }

    // Throws std::domain_error if it cannot. False: given up, so that no cell will be computed.
    static bool can_be_set_up(const Cell& cell) {
        try {
            throw_if_given_up();
            cell.ensemble();
            return true;
        } catch (const Interrupted&) {
            return false;
        }
    }

    void check_first_round() const {
        const SweepPlan& plan = result_.plan;
        const Axis* counts = axis_named("trajectories");
        const double most = static_cast<double>(plan.adaptive->most),
                     first = counts ? *std::max_element(counts->numbers.begin(), counts->numbers.end())
                                    : static_cast<double>(plan.cell(0).members());
        if (first > most)
            throw UsageError(fmt::format(
                "{}: [adaptive] max-trajectories = {} is below the first round's trajectories = {} (allowed: that "
                "many or more; or give fewer trajectories)",
                path_, plan.adaptive->most, static_cast<std::uint64_t>(first)));
    }

    std::string path_;
    std::optional<std::string> known_seed_;
    CheckedCells checked_;
    std::map<std::string, GivenValue> fixed_;
    SweepFile result_ = {};
};

}  // namespace

SweepFile read_sweep_file(const std::string& path, const std::optional<std::string>& known_seed,
                          const std::map<std::string, std::string>& overrides, CheckedCells checked) {
    return read_sweep_text(text_of_toml(path, path), path, known_seed, overrides, checked);
}

SweepFile read_sweep_text(const std::string& text, const std::string& path,
                          const std::optional<std::string>& known_seed,
                          const std::map<std::string, std::string>& overrides, CheckedCells checked) {
    return SweepFileReader(text, path, known_seed, checked).read(overrides);
}

void add_platform(SweepPlan& plan, const Backend& backend) {
    plan.remember_files();
    plan.canonical += fmt::format("\n{}# piece = {:g} multiplications, as counted\n# version = {}\n# backend = {}\n",
                                  plan.files.empty() ? "" : fmt::format("# files = {}\n", plan.files), piece_work,
                                  program_version(), backend.name);
    if (!has_equal_bits_on_every_isa(backend.name))
        plan.canonical += fmt::format("# instruction set = {}\n", backend.isa);
}

}  // namespace modecollapse
