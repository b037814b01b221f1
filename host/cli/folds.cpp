// modecollapse folds: R_fold_plus, R_fold_minus and R_inf, which need no sampling.
#include <fmt/format.h>

#include "host/cli/commands.hpp"
#include "host/cli/special_radii.hpp"
#include "host/options/physics_options.hpp"

namespace modecollapse {

Report run_folds(const Configuration& options) {
    const Problem problem = problem_from(options);
    MixtureSettings settings;
    settings.rule = {options.number("alignment-threshold"), options.number("weight-floor")};
    Report report;
    report.record = begin_record(options, choose_backend({BackendChoice::cpu, 1, 0, ""}),
                                 "Radii at which collapse becomes possible");
    const SpecialRadii radii = find_special_radii(problem, settings);
    report.record.finished = utc_now();

    add_special_radii(report.json, radii);
    report.json["target_weight"] = problem.target_weight;
    report.json["weight"] = problem.weight;
    report.json["alignment_threshold"] = settings.rule.alignment_threshold;
    report.json["weight_floor"] = settings.rule.weight_floor;
    add_provenance(report.json, options, report.record);
    report.csv.columns = {"target_weight", "weight", "r_fold_plus", "r_fold_minus", "r_inf"};
    report.csv.rows = {{cell_text(problem.target_weight), cell_text(problem.weight),
                        cell_text(value_or_nan(radii.fold_plus)), cell_text(value_or_nan(radii.fold_minus)),
                        cell_text(value_or_nan(radii.infinite))}};
    report.text = fmt::format("Radii at which collapse becomes possible, for every dimension\n{}\n\n",
                              describe(problem, MixtureSettings{}, false)) +
                  special_radii_text(radii);
    add_special_radii(report.dataset, radii);
    return report;
}

}  // namespace modecollapse
