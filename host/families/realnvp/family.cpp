#include "host/families/realnvp/family.hpp"

#include "host/families/checks.hpp"
#include "host/families/realnvp/options.hpp"

namespace modecollapse {

const Family& realnvp_family() {
    static const Family family = {"realnvp",       "a normalizing flow trained from a random start",
                                  "training",      "trainings",
                                  member_commands, &realnvp_options(),
                                  nullptr,         nullptr,
                                  check_tempering};
    return family;
}

}  // namespace modecollapse
