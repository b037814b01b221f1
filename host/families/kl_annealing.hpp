// The options of KL annealing (modecollapse/training/kl_weight.hpp) of every family that has it: rows, what they resolve to, and
// what does not go together.
#pragma once

#include <optional>

#include "host/options/option_row.hpp"
#include "modecollapse/training/require_kl_weight.hpp"

namespace modecollapse {

class Configuration;

// Only one of them is used: t0, or the length of a cycle.
struct KlTimes {
    std::optional<double> annealing_time, cycle_time;
};

// The range of a start value, the unit of time in words, and the range in which times are searched for.
struct KlAnnealingWords {
    const char *initial, *time, *search;
};

// Rows of a family's settings `Run`, whose KL weight is at `weight...` and whose times are at `times`.
template <class Run, class... Path>
OptionRows kl_annealing_rows(const KlAnnealingWords& words, KlTimes Run::*times, Path... weight) {
    const Need annealed = {"annealing", "linear|exponential-beta|geometric|tanh|cyclical"};
    const Need once = {"annealing", "linear|exponential-beta|geometric|tanh"}, cyclical = {"annealing", "cyclical"};
    return {
        choice_row("annealing", kl_annealing_names, "KL annealing: how the KL weight rises to its end", weight...,
                   &KlWeight::annealing)
            .in(Group::dynamics),
        number_row("initial-kl-weight", 0, 1e6, "KL weight at the start of an annealing, and of every cycle", weight...,
                   &KlWeight::initial)
            .in(Group::dynamics)
            .allowed(words.initial)
            .called("beta0")
            .used_with({annealed})
            .searched_in("0:1"),
        number_row("annealing-time", 0, 1e9, std::string("time scale t0 of the annealing, in ") + words.time, times,
                   &KlTimes::annealing_time)
            .in(Group::dynamics)
            .allowed("above 0, up to 1e9")
            .called("t0")
            .used_with({once})
            .searched_in(words.search),
        number_row("cycle-time", shortest_cycle, 1e9, std::string("length of a cycle, in ") + words.time, times,
                   &KlTimes::cycle_time)
            .in(Group::dynamics)
            .allowed("1e-6 to 1e9")
            .used_with({cyclical})
            .searched_in(words.search),
        number_row("cycle-share", smallest_cycle_share, 1, "share of a cycle in which the KL weight rises", weight...,
                   &KlWeight::share)
            .in(Group::dynamics)
            .allowed("1e-6 to 1")
            .used_with({cyclical})
            .searched_in("0.05:1"),
    };
}

// Gives the weight its time. Throws std::domain_error where an annealing has none.
void set_time(const KlTimes& times, KlWeight& weight);

// Refuses an annealing without its time. Throws UsageError.
void check_kl_annealing(const Configuration& options);

}  // namespace modecollapse
