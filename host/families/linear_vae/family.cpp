#include "host/families/linear_vae/family.hpp"

#include "host/families/linear_vae/ensemble.hpp"
#include "host/families/linear_vae/theory.hpp"

namespace modecollapse {
namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<LinearVaeEnsemble>(settings); }

}  // namespace

const Family& linear_vae_family() {
    static const Family family = {"linear-vae",
                                  "a linear variational autoencoder trained from a random start",
                                  "trajectory",
                                  "trajectories",
                                  member_commands | theory_command,
                                  &linear_vae_options(),
                                  linear_vae_schema,
                                  make,
                                  check_linear_vae,
                                  "to change that, lower --learning-rate, or raise --maximum-steps",
                                  nullptr,
                                  &linear_vae_theory()};
    return family;
}

}  // namespace modecollapse
