// A flow before a target of K* modes: where the modes are placed, the density and its gradient, outcome and shares, and the
// two modes in general against the fast program.
#include <gtest/gtest.h>

#include <cmath>

#include "host/components/modes.hpp"
#include "tests/support/realnvp_members.hpp"

namespace modecollapse {
namespace {

using components::Layout;

ModePoints ring(int count, double radius, std::uint32_t d) {
    return placed_in(components::coordinates_of({Layout::ring, count, radius}), d, ModeAxes::of_all);
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

TEST(PlacedModes, KeepTheirProductsAndPrivilegeNoHalf) {
    const ModePoints rows = components::coordinates_of({Layout::simplex, 5, 2.0});
    for (const std::uint32_t d : {4u, 6u, 32u}) {
        const ModePoints modes = placed_in(rows, d, ModeAxes::of_all);
        for (std::size_t j = 0; j < 5; ++j)
            for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(dot(modes[j], modes[k]), dot(rows[j], rows[k]), 1e-12);
        EXPECT_EQ(PlacedModes(modes, {0.2, 0.2, 0.2, 0.2, 0.2}).target().span, 4);
    }
    // along one axis at a time
    const ModePoints axes = placed_in({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, 8, ModeAxes::of_all);
    for (const std::vector<double>& axis : axes) {
        double half = 0.0;
        for (std::size_t i = 0; i < 4; ++i) half += axis[i] * axis[i];
        EXPECT_NEAR(half, 0.5, 1e-14);
    }
    EXPECT_NEAR(axes[0][7], 1.0 / std::sqrt(8.0), 1e-15);
    const ModePoints given = {{1, 2}, {-1, 0}};
    EXPECT_EQ(placed_in(given, 2, ModeAxes::as_given), given);
    EXPECT_NE(placed_in(given, 2, ModeAxes::of_all), given);
    EXPECT_THROW(placed_in(components::coordinates_of({Layout::orthogonal, 3, 1.0}), 2, ModeAxes::of_all),
                 std::domain_error);
    EXPECT_THROW(PlacedModes({{1, 0}, {1, 0}}, {0.5, 0.5}), std::domain_error);
    Training training;
    training.shape.dimension = 4;
    const PlacedModes plane(given, {0.5, 0.5});
    EXPECT_THROW(realnvp_problem({}, training, &plane), std::domain_error);
}

TEST(PlacedModes, MassesOfTheirCells) {
    // on a line the cells end half-way: masses by the normal distribution function
    const std::vector<double> weights = {0.2, 0.5, 0.3};
    const PlacedModes line({{-2, 0}, {0, 0}, {2.5, 0}}, weights);
    const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
    const double at[] = {-2.0, 0.0, 2.5}, ends[] = {-1e9, -1.0, 1.25, 1e9};
    for (std::size_t k = 0; k < 3; ++k) {
        double mass = 0.0, wrong = 0.0;
        for (std::size_t j = 0; j < 3; ++j) {
            mass += weights[j] * (phi(ends[k + 1] - at[j]) - phi(ends[k] - at[j]));
            wrong += (phi(ends[k + 1] - at[j]) - phi(ends[k] - at[j])) / 3.0;
        }
        EXPECT_NEAR(line.cell_masses()[k], mass, 1e-3);
        EXPECT_GT(std::fabs(line.cell_masses()[k] - wrong), 1e-2);  // twin: equal weights
    }
    const PlacedModes four(ring(4, 1.0, 6), {0.25, 0.25, 0.25, 0.25});
    for (const double mass : four.cell_masses()) EXPECT_NEAR(mass, 0.25, 1e-3);
    // two modes: what the outcome of the fast program compares with
    EXPECT_NEAR(PlacedModes({{1.5, 0}, {-1.5, 0}}, {0.3, 0.7}).cell_masses()[0], target_mass_plus(1.5, 0.3), 1e-3);
    EXPECT_NEAR(line.variance(), 1.0 + 0.2 * 4.0 + 0.3 * 6.25 - std::pow(0.3 * 2.5 - 0.2 * 2.0, 2.0), 1e-12);
}

struct Placed {
    PlacedModes modes;
    RealnvpProblem problem;
    Placed(const ModePoints& rows, const std::vector<double>& weights, const Training& training,
           const Problem& target = {})
        : modes(rows, weights), problem(realnvp_problem(target, training, &modes)) {}
};

// log p in R^d, mode by mode.
double log_target(const ModePoints& modes, const std::vector<double>& weights, const double* x) {
    long double sum = 0.0L;
    const std::size_t d = modes.front().size();
    for (std::size_t k = 0; k < modes.size(); ++k) {
        long double distance2 = 0.0L;
        for (std::size_t i = 0; i < d; ++i) distance2 += (x[i] - modes[k][i]) * (x[i] - modes[k][i]);
        sum += weights[k] * std::exp(-0.5L * distance2);
    }
    return static_cast<double>(std::log(sum)) - 0.5 * static_cast<double>(d) * std::log(2.0 * M_PI);
}

TEST(RealnvpModes, TheDensityIsThatOfTheMixture) {
    ModePoints modes;
    for (std::size_t k = 0; k < 5; ++k) modes.push_back(support::normal_samples(6, static_cast<unsigned>(k + 1)));
    const std::vector<double> weights = {0.1, 0.3, 0.25, 0.15, 0.2};
    Training training;
    training.shape = {6, 2, 5, 1};
    const Placed c(modes, weights, training);
    EXPECT_EQ(c.problem.modes.span, 5);
    const std::vector<double> parameters = support::random_parameters(training.shape, 0.5, 3),
                              points = support::normal_samples(6 * 40, 9);
    for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        const double allowed = precision == Precision::double_precision ? 1e-12 : 1e-5;
        std::vector<double> x = points, log_p(40);
        const RealnvpMember member = {&c.problem, precision, 1, 0, parameters.data()};
        realnvp_density(member, best_cpu_isa(), x.data(), 40, nullptr, log_p.data());
        double off = 0.0, twin = 0.0;
        for (std::size_t i = 0; i < 40; ++i) {
            off = std::max(off, std::fabs(log_p[i] - log_target(modes, weights, points.data() + 6 * i)));
            twin = std::max(
                twin, std::fabs(log_p[i] - log_target(modes, {0.3, 0.1, 0.25, 0.15, 0.2}, points.data() + 6 * i)));
        }
        EXPECT_LT(off, allowed);
        EXPECT_GT(twin, 1e-2);
    }
}

// Through the identity the gradient in the biases of the last shift is -beta times the mean of grad log p there: three
// modes in two dimensions, and a random flow by central differences.
TEST(RealnvpModes, TheGradientIsThatOfTheLoss) {
    for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise}) {
        Training training;
        training.shape = {4, 3, 6, 1};
        training.batch = 21;
        training.estimator = estimator;
        Problem target;
        target.beta = 0.6;
        const Placed c(ring(3, 1.8, 4), {0.5, 0.2, 0.3}, training, target);
        std::vector<double> p = support::random_parameters(training.shape, 0.7, 3), gradient(p.size());
        const std::vector<double> centre = p, z = support::normal_samples(21 * 4, 4);
        const auto loss = [&] {
            std::vector<double> x(z.size()), log_q(21), log_p(21);
            const RealnvpMember member{&c.problem, Precision::double_precision, 7, 1, p.data()};
            realnvp_sample(member, best_cpu_isa(), z.data(), 0, 21, x.data(), log_q.data(), log_p.data());
            if (estimator == Estimator::pathwise) {
                const RealnvpMember frozen{&c.problem, Precision::double_precision, 7, 1, centre.data()};
                realnvp_density(frozen, best_cpu_isa(), x.data(), 21, log_q.data(), nullptr);
            }
            double sum = 0.0;
            for (std::size_t i = 0; i < 21; ++i) sum += log_q[i] - 0.6 * log_p[i];
            return sum / 21.0;
        };
        const RealnvpMember member{&c.problem, Precision::double_precision, 7, 1, centre.data()};
        const double value = realnvp_gradient(member, best_cpu_isa(), z.data(), 0, gradient.data());
        EXPECT_NEAR(value, estimator == Estimator::pathwise ? value : loss(), 1e-12);
        double off = 0.0, size = 0.0, twin = 0.0;
        for (std::size_t i = 0; i < p.size(); ++i) {
            const auto difference = [&](double h) {
                p[i] = centre[i] + h;
                const double up = loss();
                p[i] = centre[i] - h;
                const double down = loss();
                p[i] = centre[i];
                return (up - down) / (2.0 * h);
            };
            const double expected = (4.0 * difference(1e-3) - difference(2e-3)) / 3.0;
            off += std::pow(gradient[i] - expected, 2.0);
            twin += std::pow(gradient[i] / 0.6 - expected, 2.0);  // as if beta were 1 somewhere
            size += expected * expected;
        }
        EXPECT_LT(std::sqrt(off / size), 1e-6);
        EXPECT_GT(std::sqrt(twin / size), 1e-2);
    }
}

TEST(RealnvpModes, TwoOfThemAreTheFastProgramToRounding) {
    const RealnvpProblem fast = support::eventful_flow(Estimator::pathwise, CouplingMask::random);
    const PlacedModes two(placed_in({{2.0}, {-2.0}}, 6, ModeAxes::of_all), {0.4, 0.6});
    RealnvpProblem general = fast;
    general.modes = two.target();
    const std::size_t n = parameter_count(fast.shape), members = 3;
    const auto train = [&](const RealnvpProblem& problem, std::vector<double>& parameters,
                           std::vector<RealnvpMonitor>& monitor) {
        parameters.resize(members * n);
        monitor.resize(members);
        std::vector<double> first(members * n), second(members * n);
        std::vector<std::uint64_t> steps(members);
        std::vector<std::uint8_t> failed(members);
        const TrainingStates states = {parameters.data(), first.data(), second.data(), steps.data(), failed.data()};
        RealnvpTask task = {&problem, Precision::double_precision, 9, 4, members, problem.steps};
        task.to = &states;
        task.record.monitor = monitor.data();
        task.target_samples = 400;
        run_realnvp_on_cpu(task, {1, best_cpu_isa()});
    };
    std::vector<double> a, b;
    std::vector<RealnvpMonitor> one, other;
    train(fast, a, one);
    train(general, b, other);
    double off = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) off = std::max(off, std::fabs(a[i] - b[i]));
    EXPECT_LT(off, 1e-11);
    for (std::size_t i = 0; i < members; ++i) {
        for (const auto value : {&RealnvpMonitor::reverse_kl, &RealnvpMonitor::effective_samples,
                                 &RealnvpMonitor::forward_kl, &RealnvpMonitor::projected_variance,
                                 &RealnvpMonitor::entropic_coverage, &RealnvpMonitor::mode_weight_error})
            EXPECT_NEAR(one[i].*value, other[i].*value, 1e-9);
        EXPECT_EQ(one[i].covered_modes, other[i].covered_modes);
    }
    general.modes = {};
    train(general, b, other);
    EXPECT_EQ(a, b);
}

// Three modes on a line, 100 samples: so many at each.
RealnvpMonitor monitor_at(const Placed& c, const std::vector<int>& counts) {
    std::vector<double> along;
    for (std::size_t k = 0; k < counts.size(); ++k)
        for (int i = 0; i < counts[k]; ++i)
            for (int a = 0; a < c.problem.modes.span; ++a)
                along.push_back(c.problem.modes.mode[static_cast<int>(k) * c.problem.modes.span + a] *
                                (1.0 + 1e-3 * i));
    const std::vector<double> zero(along.size(), 0.0);
    return monitor_of_samples(c.problem, zero.data(), zero.data(), along.data(), zero.size());
}

TEST(RealnvpModes, OutcomesOfSamplesByHand) {
    Training training;
    training.shape = {2, 2, 4, 1};
    const Placed c({{-9, 0}, {1, 0}, {9, 0}}, {0.5, 0.25, 0.25}, training);
    const RealnvpEnd well = {true, 0.0, 0.1, 3.0, 50.0, 100};
    const auto outcome = [&](const std::vector<int>& counts) {
        return outcome_of(c.problem, well, monitor_at(c, counts));
    };
    const RealnvpMonitor fit = monitor_at(c, {50, 25, 25});
    EXPECT_EQ(fit.covered_modes, 3.0);
    EXPECT_NEAR(fit.mode_weight_error, 0.0, 1e-3);
    EXPECT_NEAR(fit.entropic_coverage, c.modes.entropic_coverage(), 1e-3);
    EXPECT_EQ(outcome({50, 25, 25}), RealnvpOutcome::covered);
    EXPECT_EQ(outcome({90, 5, 5}), RealnvpOutcome::covered);
    const RealnvpMonitor lost = monitor_at(c, {75, 25, 0});
    EXPECT_EQ(lost.covered_modes, 2.0);
    EXPECT_NEAR(lost.mode_weight_error, 0.25, 1e-3);
    EXPECT_EQ(outcome({75, 25, 0}), RealnvpOutcome::lost);
    EXPECT_TRUE(is_collapse(RealnvpOutcome::lost));
    EXPECT_EQ(monitor_at(c, {0, 100, 0}).covered_modes, 1.0);
    EXPECT_NEAR(monitor_at(c, {0, 100, 0}).entropic_coverage, 0.0, 1e-3);
    // the floor: 5 % of a quarter is 1.25 of 100 samples
    EXPECT_EQ(outcome({50, 49, 1}), RealnvpOutcome::lost);
    EXPECT_EQ(outcome({50, 48, 2}), RealnvpOutcome::covered);
    RealnvpEnd worse = well;
    worse.objective = 4.0;
    EXPECT_EQ(outcome_of(c.problem, worse, fit), RealnvpOutcome::failed);
}

TEST(RealnvpModes, TheirOrderAndARotationLeaveOutcomesAlone) {
    Training training;
    training.shape = {2, 2, 4, 1};
    const Placed c({{-3, 0}, {1, 2}, {2, -2}}, {0.5, 0.3, 0.2}, training),
        permuted({{2, -2}, {-3, 0}, {1, 2}}, {0.2, 0.5, 0.3}, training);
    const double cosine = std::cos(0.7), sine = std::sin(0.7);
    ModePoints turned;
    for (const std::vector<double>& mode : c.modes.modes())
        turned.push_back({cosine * mode[0] - sine * mode[1], sine * mode[0] + cosine * mode[1]});
    const Placed rotated(turned, c.modes.weights(), training);
    const std::vector<double> x = support::normal_samples(2 * 300, 5);
    const auto monitor = [&](const Placed& placed, bool turn) {
        std::vector<double> along;
        for (std::size_t i = 0; i < 300; ++i) {
            const double u = 2.0 * x[2 * i], v = 2.0 * x[2 * i + 1];
            const double at[] = {turn ? cosine * u - sine * v : u, turn ? sine * u + cosine * v : v};
            for (int a = 0; a < 2; ++a)
                along.push_back(placed.problem.modes.axis[2 * a] * at[0] +
                                placed.problem.modes.axis[2 * a + 1] * at[1]);
        }
        const std::vector<double> zero(300, 0.0);
        return monitor_of_samples(placed.problem, zero.data(), zero.data(), along.data(), 300);
    };
    const RealnvpMonitor reference = monitor(c, false);
    for (const RealnvpMonitor& other : {monitor(permuted, false), monitor(rotated, true)}) {
        EXPECT_EQ(other.covered_modes, reference.covered_modes);
        EXPECT_NEAR(other.mode_weight_error, reference.mode_weight_error, 1e-12);
        EXPECT_NEAR(other.entropic_coverage, reference.entropic_coverage, 1e-12);
        EXPECT_NEAR(other.projected_variance, reference.projected_variance, 1e-10);
    }
    EXPECT_GT(std::fabs(monitor(rotated, false).mode_weight_error - reference.mode_weight_error), 1e-4);  // twin
}

}  // namespace
}  // namespace modecollapse
