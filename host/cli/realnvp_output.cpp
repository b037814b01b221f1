#include "host/cli/realnvp_output.hpp"

#include "host/options/physics_options.hpp"

namespace modecollapse {

void add_training(nlohmann::ordered_json& json, const Problem& target, const Training& training) {
    const nlohmann::ordered_json none = nullptr;
    const bool scheduled = target.annealing.schedule != Schedule::none, tempered = scheduled || target.beta < 1.0;
    json["target_weight"] = target.target_weight;
    for (const char* name : {"weight", "weights", "dynamics", "quasi_share", "alignment_threshold", "weight_floor",
                             "tolerance", "time_cap", "quasi_collapse", "sampling", "replicates", "baseline"})
        json[name] = none;  // of the mixture
    json["annealing"] = annealing_name(target);
    json["initial_temperature"] =
        tempered ? nlohmann::ordered_json(scheduled ? target.annealing.initial_temperature : 1.0 / target.beta) : none;
    json["annealing_time"] = scheduled ? nlohmann::ordered_json(target.annealing.time) : none;
    json["horizon"] = training.steps;
    json["layers"] = training.shape.layers;
    json["width"] = training.shape.width;
    json["depth"] = training.shape.depth;
    json["mask"] = coupling_mask_names[static_cast<int>(training.shape.mask)];
    json["scale_bound"] = training.shape.scale_bound;
    json["start_scale"] = training.start_scale;
    json["optimizer"] = optimizer_names[static_cast<int>(training.optimizer.optimizer)];
    json["learning_rate"] = training.optimizer.learning_rate;
    json["learning_rate_schedule"] = rate_schedule_names[static_cast<int>(training.optimizer.schedule)];
    json["gradient_clip"] =
        training.optimizer.gradient_clip > 0.0 ? nlohmann::ordered_json(training.optimizer.gradient_clip) : none;
    json["estimator"] = realnvp_estimator_names[static_cast<int>(training.estimator)];
    json["batch_size"] = training.batch;
    json["evaluation_samples"] = training.evaluation_samples;
    json["mode_mass_floor"] = training.mode_mass_floor;
}

nlohmann::ordered_json counts_json(const RealnvpCounts& counts) {
    nlohmann::ordered_json json;
    for (int i = 0; i < realnvp_outcome_count; ++i) json[realnvp_outcome_names[i]] = counts.count[i];
    return json;
}

Variable realnvp_outcome_coordinate() {
    return {"outcome",
            {"outcome"},
            std::vector<std::string>(realnvp_outcome_names, realnvp_outcome_names + realnvp_outcome_count),
            {{"units", "1"}, {"long_name", "outcome of a training"}}};
}

}  // namespace modecollapse
