#include "host/families/kl_annealing.hpp"

#include <stdexcept>

#include "host/options/configuration.hpp"

namespace modecollapse {
namespace {

const char* name_of(KlAnnealing annealing) { return kl_annealing_names[static_cast<int>(annealing)]; }

}  // namespace

void set_time(const KlTimes& times, KlWeight& weight) {
    const bool cycles = weight.annealing == KlAnnealing::cyclical;
    const std::optional<double>& time = cycles ? times.cycle_time : times.annealing_time;
    if (time)
        weight.time = *time;
    else if (weight.annealing != KlAnnealing::constant)
        throw std::domain_error(std::string("annealing = ") + name_of(weight.annealing) + " without " +
                                (cycles ? "a cycle time (allowed: give cycle-time too, 1e-6 or more)"
                                        : "an annealing time (allowed: give annealing-time too, above 0)"));
}

void check_kl_annealing(const Configuration& options) {
    if (!options.has("annealing")) return;
    const std::string& annealing = options.text("annealing");
    if (annealing == name_of(KlAnnealing::constant)) return;
    const bool cycles = annealing == name_of(KlAnnealing::cyclical);
    if (cycles && !options.has("cycle-time"))
        options.refuse("annealing", "needs the length of its cycles (allowed: give --cycle-time too, 1e-6 or more)");
    if (!cycles && !options.has("annealing-time"))
        options.refuse("annealing",
                       "needs the time over which to anneal (allowed: give --annealing-time t0 too, above 0)");
}

}  // namespace modecollapse
