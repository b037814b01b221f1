#include "host/sweep/sweep_plan.hpp"

#include <fmt/format.h>

#include <utility>

#include "host/families/file_rows.hpp"
#include "host/options/file_choice.hpp"
#include "host/options/option_table.hpp"
#include "host/sweep/pieces.hpp"

namespace modecollapse {
namespace {

// Option and value of every file on an axis.
std::vector<std::pair<std::string, std::string>> files_on_axes(const SweepPlan& plan) {
    std::vector<std::pair<std::string, std::string>> result;
    for (const AxisGroup& group : plan.groups)
        for (const Axis& axis : group.axes) {
            const OptionRow* row = find_option(axis.name, every_command, plan.family().name);
            if (!row || !names_files(*row)) continue;
            for (const std::string& text : axis.texts) result.emplace_back(axis.name, text);
        }
    return result;
}

}  // namespace

Cell::Cell(const SweepQuantity& quantity, const Family& family, Settings settings)
    : quantity_(&quantity), family_(&family), settings_(std::move(settings)) {
    if (!quantity.counts_members()) return;  // one, which knows its seed
    seed_ = std::stoull(settings_.text("seed"));
    members_ = static_cast<std::uint64_t>(settings_.number("trajectories"));
}

const Ensemble& Cell::ensemble() const {
    if (!ensemble_) ensemble_ = quantity_->make(*family_, settings_);
    return *ensemble_;
}

std::uint64_t SweepPlan::cells() const {
    std::uint64_t product = 1;
    for (const AxisGroup& group : groups) product *= group.size();
    return product;
}

std::vector<std::size_t> SweepPlan::coordinates(std::uint64_t cell) const {
    std::vector<std::size_t> result(groups.size());
    for (std::size_t g = groups.size(); g-- > 0;) {
        result[g] = static_cast<std::size_t>(cell % groups[g].size());
        cell /= groups[g].size();
    }
    return result;
}

std::string SweepPlan::digest_of_files() const {
    if (!family().digest) return "";
    std::string digests = family().digest(base);
    for (const auto& [name, text] : files_on_axes(*this)) {
        Settings settings = base;
        settings.set(name, text);
        const std::string digest = family().digest(settings);
        if (!digest.empty()) digests += (digests.empty() ? "" : " ") + digest;
    }
    return digests;
}

std::string SweepPlan::identity_of_files() const {
    if (!family().digest) return "";
    std::string identities;
    for (const OptionRow* row : all_option_rows(every_command))
        if (names_files(*row) && base.has(row->name)) identities += identity_of(base.text(row->name)) + '\n';
    for (const auto& [name, text] : files_on_axes(*this)) identities += identity_of(text) + '\n';
    return identities;
}

void SweepPlan::remember_files() {
    identities = identity_of_files();  // first: what changes from now on is seen
    files = digest_of_files();
}

bool SweepPlan::files_have_changed() const {
    if (files.empty() || identity_of_files() == identities) return false;
    try {
        return digest_of_files() != files;
    } catch (const std::exception&) {  // it is gone, or no longer what can be read
        return true;
    }
}

Cell SweepPlan::cell(std::uint64_t id) const {
    Settings settings = base;
    const std::vector<std::size_t> at = coordinates(id);
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (const Axis& axis : groups[g].axes) settings.set(axis.name, axis.texts[at[g]]);
    return {*quantity, family(), std::move(settings)};
}

std::string place_of(const SweepPlan& plan, std::uint64_t cell) {
    const std::vector<std::size_t> at = plan.coordinates(cell);
    std::string place;
    for (std::size_t g = 0; g < plan.groups.size(); ++g)
        for (const Axis& axis : plan.groups[g].axes)
            place += fmt::format("{}{} = {}", place.empty() ? "" : ", ", axis.name, axis.texts[at[g]]);
    return place;
}

LookSchedule looks_of(const SweepPlan& plan, const Cell& cell) {
    return {cell.members(), plan.adaptive ? plan.adaptive->most : cell.members()};
}

bool is_complete(const SweepPlan& plan, const Cell& cell, std::uint64_t pieces, const Tally& tally) {
    if (pieces == 0) return false;
    if (piece_boundary(plan, cell, pieces) == piece_boundary(plan, cell, pieces + 1)) return true;
    if (!plan.adaptive) return false;
    const LookSchedule schedule = looks_of(plan, cell);
    const TrialCounts trials = trials_of(plan.schema, tally);
    const auto made = static_cast<std::uint64_t>(trials.trials);
    if (schedule.trials_at(schedule.looks_made(made)) != made) return false;  // between two looks
    return plan.adaptive->stop.stops_at(spent_interval(trials, schedule.looks()));
}

}  // namespace modecollapse
