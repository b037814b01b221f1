#include "host/components/work.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/components/lanes.hpp"
#include "modecollapse/components/overlaps.hpp"

namespace modecollapse::components {
namespace {

constexpr double multiplications_of_a_normal = 40.0;  // Philox, and the transform to a normal
constexpr double multiplications_of_a_share = 25.0;   // an exponential, and what goes with it
constexpr double multiplications_of_a_node = 15.0;    // of a grid for all components
constexpr double multiplications_of_a_look = 80.0;    // a function of the target's table
constexpr double multiplications_of_a_chi_square = 200.0;
constexpr double stages = 6.0;

// Nodes of an expectation with logits of so large a range.
double nodes_of(const Rule& rule, int rank, double range) {
    if (rank == 0) return 1.0;
    if (rank > 2) return 2.0 * rule.count;
    return std::pow(2.0 * rule.reach / trapezoidal_spacing(rule, range) + 1.0, rank);
}

}  // namespace

double nodes_of_target(const Payload& p) { return nodes_of(p.target, p.rank, 2.0 * p.mode_size); }

double work_of_a_member(const Payload& p) {
    const double k = p.components, modes = p.modes;
    if (p.dynamics != Dynamics::flow) {
        const double axes = frame_size(p);
        const double of_variances = trains_variances(p) ? multiplications_of_a_chi_square + p.span * modes : 0.0;
        const double sample = axes * (multiplications_of_a_normal + k) + p.span * modes +
                              multiplications_of_a_share * (k + modes) + of_variances;
        return static_cast<double>(p.steps) * k * (static_cast<double>(p.batch) * sample + 2.0 * k * axes);
    }
    constexpr double attempts_a_time = 3.0, first_attempts = 100.0, usual_range = 4.0;
    const bool trained = trains_variances(p);
    const double own_nodes = trained ? 2.0 * p.own.count : nodes_of(p.own, p.components - 1, usual_range);
    const double own = p.components <= 3 && !trained ? own_nodes * multiplications_of_a_node
                                                     : k * k * own_nodes * multiplications_of_a_share;
    const double of_a_mode =
        p.table.functions > 0 ? multiplications_of_a_look : nodes_of_target(p) * multiplications_of_a_share;
    const double field = own + k * modes * of_a_mode;
    // variances relax in 2/d of a time, or as the means do
    const double rate =
        p.variances == Variances::euclidean ? std::max(attempts_a_time, 0.15 * p.dimension / k) : attempts_a_time;
    return stages * field * std::min(first_attempts + rate * p.horizon, p.maximum_steps);
}

double memory_of_a_thread(const Payload& p) {
    return static_cast<double>(words_of_a_lane(p)) * most_components_lanes * sizeof(double);
}

void run_to_ends(const Task& task, const Ends& ends, const Backend& backend) {
    if (!backend.cuda) return run_to_ends_on_cpu(task, ends, {backend.threads, backend.isa.c_str()});
    try {
        run_to_ends_on_cuda(task, ends, {backend.device_index});
    } catch (const std::runtime_error& error) {
        throw DeviceError(error.what());
    }
}

}  // namespace modecollapse::components
