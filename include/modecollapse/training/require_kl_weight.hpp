// What every KL annealing needs, refused by the option's name. Host only.
#pragma once

#include "modecollapse/numbers/require_range.hpp"
#include "modecollapse/training/kl_weight.hpp"

namespace modecollapse {

// Throws std::domain_error: option, value, allowed range.
inline void require_annealing(const KlWeight& w) {
    if (w.annealing == KlAnnealing::constant) return;
    require(w.annealing != KlAnnealing::geometric || w.initial > 0.0,
            "initial-kl-weight = 0 with annealing = geometric", "above 0");
    const bool cyclical = w.annealing == KlAnnealing::cyclical;
    require_positive(w.time, 1e9, cyclical ? "cycle-time" : "annealing-time", "above 0, up to 1e9");
    if (cyclical) require_positive(w.share, 1.0, "cycle-share", "above 0, up to 1");
}

}  // namespace modecollapse
