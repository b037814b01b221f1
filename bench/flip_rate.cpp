// How many trajectories have another outcome in another precision, at another tolerance, or on another instruction set:
// same starts, same problem. Prints JSON: {"trajectories", "rows": [{"what", "radius", "dimension", "flips",
// "upper"}]}.
//
//   flip_rate TRAJECTORIES
//
// flips: trajectories whose outcome differs. upper: the largest probability of a flip that these counts allow
// (Clopper-Pearson, the upper end of a two-sided 95 % interval). Exit status 1 if the control, a tolerance of 1e-2,
// changes none of 10^5 outcomes or more.
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/reference_case.hpp"
#include "host/statistics/binomial.hpp"

namespace modecollapse::bench {
namespace {

constexpr double tight_tolerance = 1e-10;
constexpr double crude_tolerance = 1e-2;  // must flip some: a count that finds none here finds none anywhere

std::vector<std::uint8_t> outcomes(const Case& which, const char* isa, std::uint64_t count) {
    const MixtureSetup setup = mixture_setup_of(which);
    const GradientFlowPayload problem = setup.for_dimension(which.dimension);
    std::vector<std::uint8_t> result(count);
    TrajectoryTask task = task_of(which, problem, 0, count);
    task.record.outcome = result.data();
    run_trajectories_on_cpu(task, {static_cast<int>(std::thread::hardware_concurrency()), isa});
    return result;
}

class FlipTable {
public:
    explicit FlipTable(std::uint64_t trajectories) : trajectories_(trajectories) {}

    // All comparisons at one radius and dimension.
    void add(double radius, double dimension) {
        const char* best = best_cpu_isa();
        const Case usual = {radius, dimension};
        Case loose = usual, single = usual, tight = usual, crude = usual;
        loose.tolerance = single.tolerance = single_tolerance;
        single.precision = Precision::single_precision;
        tight.tolerance = tight_tolerance;
        crude.tolerance = crude_tolerance;
        const auto reference = outcomes(usual, best, trajectories_), coarse = outcomes(loose, best, trajectories_);
        const auto exact = outcomes(tight, best, trajectories_);
        const auto in_single = outcomes(single, best, trajectories_);
        for (const char* isa : {"avx2", "baseline"}) {
            if (!cpu_supports(isa) || std::string(isa) == best) continue;
            const std::string pair = std::string(best) + " or " + isa;
            record(usual, pair + ", double", reference, outcomes(usual, isa, trajectories_));
            record(usual, pair + ", single", in_single, outcomes(single, isa, trajectories_));
        }
        record(usual, "single or double, both at tolerance 1e-5", in_single, coarse);
        record(usual, "double, tolerance 1e-5 or 1e-10", coarse, exact);
        record(usual, "double, tolerance 1e-6 or 1e-10", reference, exact);
        const auto control = outcomes(crude, best, trajectories_);
        record(usual, "double, tolerance 1e-2 or 1e-10 (the control: must differ)", control, exact);
        control_failed_ = control_failed_ || (control == exact && trajectories_ >= 100000);
    }

    bool control_failed() const { return control_failed_; }

    void print() const {
        std::puts(nlohmann::ordered_json{{"trajectories", trajectories_}, {"rows", rows_}}.dump(1).c_str());
    }

private:
    void record(const Case& which, const std::string& what, const std::vector<std::uint8_t>& one,
                const std::vector<std::uint8_t>& other) {
        std::int64_t flips = 0;
        for (std::size_t i = 0; i < one.size(); ++i) flips += one[i] != other[i];
        const Interval interval = clopper_pearson(flips, static_cast<std::int64_t>(trajectories_));
        rows_.push_back({{"what", what},
                         {"radius", which.radius},
                         {"dimension", which.dimension},
                         {"flips", flips},
                         {"upper", interval.high}});
    }

    std::uint64_t trajectories_;
    bool control_failed_ = false;
    nlohmann::ordered_json rows_ = nlohmann::ordered_json::array();
};

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    const std::uint64_t trajectories = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000000;
    modecollapse::bench::FlipTable table(trajectories);
    table.add(1.5, 100.0);
    table.add(1.3, 1000.0);
    table.add(3.0, 1000.0);
    table.print();
    return table.control_failed() ? 1 : 0;
}
