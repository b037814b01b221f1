#include "host/families/realnvp/family.hpp"

#include "host/families/checks.hpp"
#include "host/families/realnvp/ensemble.hpp"

namespace modecollapse {

namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<RealnvpEnsemble>(settings); }

}  // namespace

const Family& realnvp_family() {
    static const Family family = {"realnvp",       "a normalizing flow trained from a random start",
                                  "training",      "trainings",
                                  member_commands, &realnvp_options(),
                                  realnvp_schema,  make,
                                  check_tempering};
    return family;
}

}  // namespace modecollapse
