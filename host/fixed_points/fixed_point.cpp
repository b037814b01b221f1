#include "host/fixed_points/fixed_point.hpp"

#include <algorithm>
#include <numeric>

#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {
namespace {

Eigen::Vector3d rate_at(const GradientFlow& flow, double beta, const Eigen::Vector3d& y) {
    const State rate = flow(State{y[0], y[1], y[2], 0.0}, beta);
    return {rate.m1, rate.m2, rate.u};
}

}  // namespace

Eigen::Matrix3d jacobian(const GradientFlow& flow, double beta, const State& y) {
    const Eigen::Vector3d centre(y.m1, y.m2, y.u);
    Eigen::Matrix3d result;
    for (int j = 0; j < 3; ++j) {
        // c depends on sqrt(u) smoothly: keep the difference well inside u > 0
        const double step = j == 2 ? std::min(1e-5, 1e-2 * std::max(y.u, 1e-12)) : 1e-5;
        const Eigen::Vector3d offset = step * Eigen::Vector3d::Unit(j);
        result.col(j) = (rate_at(flow, beta, centre + offset) - rate_at(flow, beta, centre - offset)) / (2.0 * step);
    }
    return result;
}

std::optional<FixedPoint> find_fixed_point(const GradientFlow& flow, double beta, const State& start) {
    Eigen::Vector3d y(start.m1, start.m2, start.u);
    for (int iteration = 0; iteration < 50; ++iteration) {
        const Eigen::Vector3d residual = rate_at(flow, beta, y);
        const State here = {y[0], y[1], y[2], 0.0};
        if (residual.norm() < 1e-11) {
            if (std::max(std::abs(y[0]), std::abs(y[1])) > 1.0 + 1e-9 || y[2] < 0.0 || y[2] > 2.0 + 1e-9)
                return std::nullopt;
            const Eigen::EigenSolver<Eigen::Matrix3d> solver(jacobian(flow, beta, here));
            FixedPoint result;
            result.state = here;
            std::array<int, 3> order = {0, 1, 2};
            const Eigen::Vector3d real = solver.eigenvalues().real();
            std::sort(order.begin(), order.end(), [&](int a, int b) { return real[a] > real[b]; });
            for (int i = 0; i < 3; ++i) {
                result.eigenvalues[i] = real[order[i]];
                result.eigenvectors.col(i) = solver.eigenvectors().col(order[i]).real();
            }
            result.stable = result.eigenvalues[0] < 0.0;
            return result;
        }
        Eigen::Vector3d step = -jacobian(flow, beta, here).fullPivLu().solve(residual);
        if (!step.allFinite()) return std::nullopt;
        double damping = std::min(1.0, 0.2 / std::max(step.cwiseAbs().maxCoeff(), 1e-300));
        while (y[2] + damping * step[2] <= 0.0 && damping > 1e-12) damping *= 0.5;
        y += damping * step;
        if (std::max(std::abs(y[0]), std::abs(y[1])) > 1.5 || y[2] > 2.5) return std::nullopt;
    }
    return std::nullopt;
}

std::vector<State> evolve(const GradientFlow& flow, double beta, const std::vector<State>& starts, double time) {
    GradientFlowPayload problem = {};
    problem.flow = flow;
    problem.flow.geometry = WeightGeometry::fixed;
    problem.rule = {0.5, 0.05};
    problem.integrator = {1e-8, 1e-3, 1e-4, 0.05, 1e7};
    problem.beta = beta;
    problem.end_time = time;
    const std::size_t n = starts.size();
    std::vector<double> m1(n), m2(n), u(n);
    TrajectoryTask task = {&problem, Precision::double_precision, 0, 2.0, 0, n, starts.data(), {}};
    task.record.m1 = m1.data();
    task.record.m2 = m2.data();
    task.record.u = u.data();
    run_trajectories_on_cpu(task, {1, best_cpu_isa()});
    std::vector<State> ends(n);
    for (std::size_t i = 0; i < n; ++i) ends[i] = {m1[i], m2[i], u[i], starts[i].weight};
    return ends;
}

State evolve(const GradientFlow& flow, double beta, const State& start, double time) {
    return evolve(flow, beta, std::vector<State>{start}, time).front();
}

}  // namespace modecollapse
