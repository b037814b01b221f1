#include "host/families/saved_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "host/io/atomic_file.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t most_training_steps = 1000000000;  // of every family

}  // namespace

void SavedStates::resize(std::uint64_t members, std::uint64_t parameters_of_one) {
    for (auto* array : {&parameters, &first_moment, &second_moment}) array->resize(members * parameters_of_one);
    steps.resize(members);
    failed.resize(members);
}

void SavedStates::keep_first(std::uint64_t count) {
    if (members() > 0) resize(count, parameters.size() / members());
}

std::string save_path(const Configuration& options, const std::string& option) {
    if (!options.has(option)) return "";
    const std::string ending = std::filesystem::path(options.text(option)).extension();
    if (ending == ".csv" || ending == ".json")
        options.refuse(option, "is written as NetCDF (allowed: a file of another ending, such as .nc)");
    try {
        require_creatable(options.text(option));
    } catch (const std::invalid_argument& error) {
        options.refuse(option,
                       fmt::format("{} (allowed: a file in an existing folder that can be written to)", error.what()));
    }
    return options.text(option);
}

void require_room(const char* what, std::uint64_t members, std::uint64_t parameters_of_one) {
    constexpr double numbers_of_a_parameter = 6.0;  // itself and two moments, read and kept
    require_memory(fmt::format("{} {}", members, what), numbers_of_a_parameter * sizeof(double) *
                                                            static_cast<double>(members) *
                                                            static_cast<double>(parameters_of_one));
}

void require_trained_with(const std::string& name, const std::string& now, const std::string& before,
                          const std::string& path) {
    if (now != before)
        throw std::domain_error(fmt::format("{} = {}, and {} was trained with {} (allowed: the same training)", name,
                                            now.empty() ? "none" : now, path, before.empty() ? "none" : before));
}

Dataset dataset_of(const SavedStates& states) {
    const std::vector<std::string> table = {"member", "parameter"};
    std::vector<std::int64_t> ids;
    for (std::uint64_t i = 0; i < states.members(); ++i) ids.push_back(static_cast<std::int64_t>(states.first + i));
    Dataset dataset;
    dataset.dimensions = {{"member", states.members()}, {"parameter", states.parameters.size() / states.members()}};
    dataset.variables = {
        {"member", {"member"}, ids, {{"units", "1"}, {"long_name", "id of the member"}}},
        {"parameters", table, states.parameters, {{"units", "1"}, {"long_name", "weights and biases"}}},
        {"first_moment",
         table,
         states.first_moment,
         {{"units", "1"}, {"long_name", "first moment of the gradient (adam)"}}},
        {"second_moment",
         table,
         states.second_moment,
         {{"units", "1"}, {"long_name", "second moment of the gradient (adam)"}}},
        {"steps",
         {"member"},
         std::vector<std::int64_t>(states.steps.begin(), states.steps.end()),
         {{"units", "1"}, {"long_name", "steps of training made"}}},
        {"failed",
         {"member"},
         std::vector<std::int8_t>(states.failed.begin(), states.failed.end()),
         {{"units", "1"}, {"long_name", "1: ended by a non-finite step"}}}};
    return dataset;
}

void read_states(const DatasetLookup& file, std::uint64_t parameters_of_one, SavedStates& states) {
    const std::size_t n = parameters_of_one;
    if (file.dimension("parameter") != n)
        file.fail(fmt::format("holds {} parameters a member, and its shape has {}", file.dimension("parameter"), n));
    if (file.dimension("member") == 0) file.fail("holds no member");
    const std::vector<std::string> list = {"member"}, table = {"member", "parameter"};
    states.parameters = file.values<double>("parameters", table);
    states.first_moment = file.values<double>("first_moment", table);
    states.second_moment = file.values<double>("second_moment", table);
    for (const std::int64_t steps : file.values<std::int64_t>("steps", list))
        states.steps.push_back(static_cast<std::uint64_t>(steps));  // a negative one becomes one that is too large
    for (const std::int8_t failed : file.values<std::int8_t>("failed", list))
        states.failed.push_back(static_cast<std::uint8_t>(failed));
    const std::vector<std::int64_t>& ids = file.values<std::int64_t>("member", list);
    for (std::uint64_t i = 0; i < states.members(); ++i) {
        if (states.failed[i] > 1)
            file.fail(fmt::format("failed = {} of member {} is neither 0 nor 1", states.failed[i], i));
        if (states.steps[i] > most_training_steps)
            file.fail(fmt::format("steps of member {} are out of range (allowed: 0 to {})", i, most_training_steps));
        if (ids[i] < 0 || static_cast<std::uint64_t>(ids[i]) != states.first + i)
            file.fail(fmt::format("member = {} is not the id that follows", ids[i]));
        if (states.failed[i]) continue;
        for (const auto* array : {&states.parameters, &states.first_moment, &states.second_moment}) {
            const auto begin = array->begin() + static_cast<std::ptrdiff_t>(i * n);
            if (!std::all_of(begin, begin + static_cast<std::ptrdiff_t>(n), [](double x) { return std::isfinite(x); }))
                file.fail(fmt::format("member {} did not fail, and has numbers that are not finite", ids[i]));
        }
    }
}

void require_goes_on(const SavedStates& states, std::uint64_t trajectories, std::uint64_t horizon,
                     const std::string& path) {
    if (states.members() != trajectories)
        throw std::domain_error(fmt::format("trajectories = {}, and {} holds {} (allowed: the same number)",
                                            trajectories, path, states.members()));
    for (const std::uint64_t steps : states.steps)
        if (steps > horizon)
            throw std::domain_error(fmt::format("horizon = {}, and {} has made {} steps (allowed: that many or more)",
                                                horizon, path, steps));
}

}  // namespace modecollapse
