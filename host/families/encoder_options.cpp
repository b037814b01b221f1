#include "host/families/encoder_options.hpp"

#include <algorithm>

#include "modecollapse/random/streams.hpp"
#include "modecollapse/training/require_kl_weight.hpp"

namespace modecollapse {

OptionRows saved_models_rows() {
    return {
        plain_row(Kind::text, "save-models", "a file", "save the trained models, to sample them or to train on")
            .of(probability_command)
            .says_only_how(),
        plain_row(Kind::text, "continue-models", "a file of --save-models",
                  "go on with saved models, to the horizon, instead of from the start")
            .of(probability_command)
            .says_only_how(),
    };
}

OptionRows training_run_rows() {
    return {
        plain_row(Kind::number_list, "times", 0, 1e9,
                  "steps to look at, a list; 21 of them up to the horizon unless given")
            .in(Group::command)
            .of(trajectory_command)
            .allowed("0 to 1e9"),
        plain_row(Kind::integer, "trajectories", 1, 1e15, "number of trainings; threshold: at each value")
            .in(Group::run)
            .of(ensemble_commands)
            .allowed("1 to 1e15")
            .by_default("100")
            .along_axes(true),
    };
}

std::string told_by_symbols(const Settings& settings, const std::vector<std::string>& without,
                            const std::vector<std::pair<const char*, const char*>>& symbols) {
    std::string text;
    for (const auto& [name, symbol] : symbols)
        if (settings.has(name) && std::find(without.begin(), without.end(), name) == without.end())
            text += fmt::format(", {} = {}", symbol, settings.text(name));
    return text;
}

void require_blocks(std::uint64_t steps, std::uint64_t batch, std::uint64_t blocks) {
    if (!(static_cast<double>(steps) * static_cast<double>(batch) * static_cast<double>(blocks) < 0x1p47))
        throw std::domain_error(fmt::format(
            "{} steps of batch-size {} (allowed: fewer, the random streams have 2^47 blocks)", steps, batch));
}

void require_draws(std::uint64_t skip, std::uint64_t count, std::uint64_t blocks, std::uint64_t first) {
    const std::uint64_t most = ((std::uint64_t{1} << purpose_shift) - first) / blocks;
    if (count > most || skip > most - count)
        throw std::domain_error(
            fmt::format("skip = {} with samples = {} (allowed: up to {} together, then the random "
                        "stream of a member ends)",
                        skip, count, most));
}

void require_reading(double activity_floor, std::uint64_t exact_data, std::uint32_t informative_directions,
                     std::uint32_t latent) {
    require_positive(activity_floor, 1e6, "activity-floor", "above 0, up to 1e6");
    if (exact_data == 1) throw std::domain_error("exact-data = 1 (allowed: 0, or 2 to 1e6)");
    if (informative_directions > latent)
        throw std::domain_error(fmt::format("informative-directions = {} (allowed: 1 to the latent-dimension {})",
                                            informative_directions, latent));
}

}  // namespace modecollapse
