// modecollapse folds: R_fold_plus, R_fold_minus and R_inf, which need no sampling.
#include <fmt/format.h>

#include "host/cli/commands.hpp"
#include "host/families/mixture/from_options.hpp"
#include "host/families/mixture/words.hpp"
#include "host/options/physics_options.hpp"
#include "host/report/special_radii.hpp"

namespace modecollapse {

Report run_folds(const Configuration& options) {
    const Problem problem = problem_from(options);
    MixtureSettings settings;
    settings.rule = {options.number("alignment-threshold"), options.number("weight-floor")};
    Report report;
    report.record = begin_record(options, choose_backend({BackendChoice::cpu, 1, 0, ""}),
                                 "Radii at which collapse becomes possible");
    const std::vector<SearchMark> marks = marks_of(find_special_radii(problem, settings));
    report.result = folds_result(marks);
    report.record.finished = utc_now();
    report.text = fmt::format("Radii at which collapse becomes possible, for every dimension\n{}\n\n",
                              describe(problem, MixtureSettings{}, false)) +
                  special_radii_text(report.result, marks);
    return report;
}

}  // namespace modecollapse
