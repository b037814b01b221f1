// What every KL annealing needs, refused by the option's name. Host only.
#pragma once

#include "modecollapse/numbers/require_range.hpp"
#include "modecollapse/training/kl_weight.hpp"

namespace modecollapse {

inline constexpr double shortest_cycle = 1e-6, smallest_cycle_share = 1e-6;

// Throws std::domain_error: option, value, allowed range.
inline void require_annealing(const KlWeight& w) {
    if (w.annealing == KlAnnealing::constant) return;
    require(w.annealing != KlAnnealing::geometric || w.initial > 0.0,
            "initial-kl-weight = 0 with annealing = geometric", "above 0");
    if (w.annealing == KlAnnealing::cyclical) {
        require_in(w.time, shortest_cycle, 1e9, "cycle-time", "1e-6 to 1e9");
        require_in(w.share, smallest_cycle_share, 1.0, "cycle-share", "1e-6 to 1");
    } else {
        require_positive(w.time, 1e9, "annealing-time", "above 0, up to 1e9");
    }
}

}  // namespace modecollapse
