// Trajectories with trainable weights from a random start to the horizon T = 200, at d = 100, and the same question
// with fixed weights.
//
//   trainable/<weights>/radius:R        one core, the widest instruction set, relative tolerance 1e-6, double precision
//   trainable_.../...                   softmax at R = 1.9: tolerances, dimensions, single precision
//
// Before anything is timed, the timed kernel must give the end states of the baseline one, bit for bit, in every case.
#include "bench/engine_run.hpp"
#include "bench/run_benchmarks.hpp"

namespace modecollapse::bench {
namespace {

constexpr double horizon = 200.0;  // time units
constexpr std::uint64_t batch = 2048;

struct NamedCase {
    std::string name;
    Case which;
};

std::vector<NamedCase> cases() {
    std::vector<NamedCase> all;
    for (const WeightGeometry geometry :
         {WeightGeometry::fixed, WeightGeometry::softmax, WeightGeometry::fisher_rao, WeightGeometry::simplex})
        for (const auto& [text, radius] : {std::pair{"1.5", 1.5}, {"1.9", 1.9}, {"2.5", 2.5}})
            all.push_back(
                {std::string("trainable/") + weight_geometry_names[static_cast<int>(geometry)] + "/radius:" + text,
                 {radius, 100.0, default_tolerance, Precision::double_precision, geometry, horizon}});
    for (const auto& [text, tolerance] : {std::pair{"1e-4", 1e-4}, {"1e-5", 1e-5}, {"1e-8", 1e-8}})
        all.push_back({std::string("trainable_tolerance/") + text,
                       {1.9, 100.0, tolerance, Precision::double_precision, WeightGeometry::softmax, horizon}});
    for (const auto& [text, dimension] : {std::pair{"10", 10.0}, {"1000", 1e3}})
        all.push_back(
            {std::string("trainable_dimension/") + text,
             {1.9, dimension, default_tolerance, Precision::double_precision, WeightGeometry::softmax, horizon}});
    all.push_back({"trainable_single/1e-5",
                   {1.9, 100.0, single_tolerance, Precision::single_precision, WeightGeometry::softmax, horizon}});
    return all;
}

}  // namespace
}  // namespace modecollapse::bench

int main(int argc, char** argv) {
    using namespace modecollapse::bench;
    return run_benchmarks(argc, argv, [] {
        for (const NamedCase& named : cases()) {
            if (!agrees_with_baseline(named.name, named.which)) return false;
            add_engine(named.name, named.which, modecollapse::best_cpu_isa(), 1, batch);
        }
        return true;
    });
}
