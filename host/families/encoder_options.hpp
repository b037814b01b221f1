// The options of every trained variational autoencoder whose outcome is read from its encoder, a row each: the families' tables
// have other rows in between, and the order of rows is that of a resolved configuration.
#pragma once

#include <fmt/format.h>

#include "host/families/kl_annealing.hpp"
#include "host/families/optimizer_options.hpp"
#include "host/options/settings.hpp"
#include "modecollapse/vae/outcome.hpp"

namespace modecollapse {

template <class... Path>
OptionRow latent_dimension_row(Path... latent) {
    return number_row("latent-dimension", 1, vae::most_latent, "latent dimension l", latent...)
        .in(Group::physics)
        .called("l", "latent dimension l");
}
template <class... Path>
OptionRow end_kl_weight_row(Path... kl_weight) {
    return number_row("kl-weight", 0, 1e6, "weight beta of the KL term; with annealing where it ends", kl_weight...,
                      &KlWeight::end)
        .in(Group::physics)
        .allowed("0 to 1e6")
        .called("beta", "KL weight beta")
        .searched_in("0.1:10");
}
template <class... Path>
OptionRow horizon_row(Path... steps) {
    return number_row("horizon", 1, 1e9, "steps T of the training", steps...)
        .in(Group::physics)
        .allowed("a whole number, 1 to 1e9")
        .called("T", "end time T (steps)")
        .searched_in("log:10:10000");
}
template <class... Path>
OptionRow batch_size_row(const char* help, Path... batch) {
    return number_row("batch-size", 1, 1e6, help, batch...)
        .in(Group::dynamics)
        .allowed("1 to 1e6")
        .called("B")
        .searched_in("log:8:4096");
}

// Of the Problem at `problem`, which has an optimizer, a batch, and a KL weight over steps with the times at `times`.
template <class Run, class Problem>
OptionRows training_rows(const char* batch_help, Problem Run::*problem, KlTimes Run::*times) {
    constexpr auto optimizer = &Problem::optimizer;
    OptionRows rows = {
        learning_rate_row(problem, optimizer),
        batch_size_row(batch_help, problem, &Problem::batch),
        optimizer_row(problem, optimizer).in(Group::dynamics),
        rate_schedule_row(problem, optimizer).in(Group::dynamics),
        gradient_clip_row(problem, optimizer).in(Group::dynamics),
        first_decay_row(problem, optimizer).in(Group::dynamics),
    };
    const OptionRows annealing = kl_annealing_rows({"0 to 1e6; above 0 with geometric", "steps", "log:10:10000"}, times,
                                                   problem, &Problem::kl_weight);
    rows.insert(rows.end(), annealing.begin(), annealing.end());
    return rows;
}

template <class... Path>
OptionRow activity_floor_row(Path... floor) {
    return number_row("activity-floor", 0, 1e6,
                      "a latent direction is active if its posterior mean varies by more than this over the data",
                      floor...)
        .in(Group::outcome)
        .allowed("above 0, up to 1e6")
        .called("f", "activity floor f")
        .searched_in("log:0.0001:0.5");
}
template <class... Path>
OptionRow informative_directions_row(Path... directions) {
    return number_row("informative-directions", 1, vae::most_latent,
                      "active directions that a training must have to be informative", directions...)
        .in(Group::outcome);
}
template <class... Path>
OptionRow exact_data_row(Path... data) {
    return number_row("exact-data", 0, 1e6,
                      "held-out data whose exact posterior is computed, and their likelihood; 0: none", data...)
        .in(Group::outcome)
        .allowed("0, or 2 to 1e6");
}
template <class... Path>
OptionRow exact_samples_row(const char* help, Path... samples) {
    return number_row("exact-samples", 2, 1e6, help, samples...).in(Group::outcome).allowed("2 to 1e6");
}
template <class... Path>
OptionRow held_out_row(const char* help, Path... held_out) {
    return number_row("held-out", 2, 1e6, help, held_out...).in(Group::outcome).allowed("2 to 1e6");
}

OptionRows saved_models_rows();

// Times of a trajectory, and how many trainings.
OptionRows training_run_rows();

// ", l = 2, beta = 1": of those options, but `without`, that have a value.
std::string told_by_symbols(const Settings& settings, const std::vector<std::string>& without,
                            const std::vector<std::pair<const char*, const char*>>& symbols);

// Every datum has so many blocks of its own in the random streams, half of whose 2^48 are the training's. Throws
// std::domain_error where they do not suffice.
void require_blocks(std::uint64_t steps, std::uint64_t batch, std::uint64_t blocks);

// Draws skip .. skip + count - 1 have so many blocks of their own each, from `first` on; a stream has 2^48. Throws
// std::domain_error where a later draw would take those of an earlier one.
void require_draws(std::uint64_t skip, std::uint64_t count, std::uint64_t blocks, std::uint64_t first);

// What the ranges of those rows do not say. Throws std::domain_error: option, value, allowed range.
void require_reading(double activity_floor, std::uint64_t exact_data, std::uint32_t informative_directions,
                     std::uint32_t latent);

}  // namespace modecollapse
