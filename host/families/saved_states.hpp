// Trained members with the state of their optimizers, as files keep them: what every family's saved members have.
//
// NetCDF-4, xarray opens it. Dimensions: member, parameter. Variables: parameters, first_moment, second_moment (member,
// parameter), in double whatever the precision; steps (member): made; failed (member): 0 or 1; member: ids, one after the
// other. The family adds attributes that describe the training.
#pragma once

#include <cstdint>
#include <vector>

#include "host/io/netcdf_reader.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {

struct SavedStates {
    std::uint64_t first = 0;                                      // id of the first member
    std::vector<double> parameters, first_moment, second_moment;  // (members, parameters of one)
    std::vector<std::uint64_t> steps;                             // (members)
    std::vector<std::uint8_t> failed;                             // (members)

    std::uint64_t members() const { return steps.size(); }
    void resize(std::uint64_t members, std::uint64_t parameters_of_one);
    void keep_first(std::uint64_t count);  // up to members()
};

// The file that `option` (--save-...) names, which can be made; empty: not given. Throws UsageError.
std::string save_path(const Configuration& options, const std::string& option);

// There is memory for the members before and after, with two moments each. what: their name. Throws TooLarge.
void require_room(const char* what, std::uint64_t members, std::uint64_t parameters_of_one);

// One number or word of a training is what it was. Throws std::domain_error.
void require_trained_with(const std::string& name, const std::string& now, const std::string& before,
                          const std::string& path);

// Dimensions and variables; attributes are left to the family.
Dataset dataset_of(const SavedStates& states);

// What the engine takes without a look: so many parameters a member, finite numbers of every member that did not fail.
// states.first: known. Throws CorruptFile.
void read_states(const DatasetLookup& file, std::uint64_t parameters_of_one, SavedStates& states);

// `states` may go on to `horizon` as so many trajectories. Throws std::domain_error.
void require_goes_on(const SavedStates& states, std::uint64_t trajectories, std::uint64_t horizon,
                     const std::string& path);

}  // namespace modecollapse
