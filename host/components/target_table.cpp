// Every value is a mean over N(v, I): a convolution with a Gaussian, an axis after the other, by the trapezoidal rule. The
// lattice is made finer until the splines differ from the means by no more than allowed in the middle of every cell.
//
// Coefficients by the quasi-interpolant of order six, an axis after the other: c = f - D f / 4 + 13/240 D^2 f, D f the
// second difference [de Boor and Fix, J. Approx. Theory 8 (1973) 19].
#include "host/components/target_table.hpp"

#include <algorithm>
#include <cmath>

#include "modecollapse/components/overlaps.hpp"
#include "modecollapse/components/target_table.hpp"

namespace modecollapse::components {
namespace {

constexpr std::size_t most_values = std::size_t{1} << 18;
constexpr double most_nodes_of_means = 1 << 21, most_taps = 1 << 22;  // what a table is worth
constexpr double coarsest = 0.25, finest = 1.0 / 64.0;
constexpr double error_at_coarsest = 1.5e-6;  // about, for a logarithm whose terms have a range of 1
constexpr int margin = 2;                     // values beyond a spline's place that its coefficient takes

// Functions on a lattice, of one axis or two: (count[0], count[1], functions).
struct Lattice {
    int count[2] = {1, 1}, functions = 0;
    std::vector<double> value = {};

    Lattice(int first, int second, int of) : count{first, second}, functions(of) {
        value.resize(static_cast<std::size_t>(first) * static_cast<std::size_t>(second) * static_cast<std::size_t>(of));
    }
    double* at(int i, int j) { return value.data() + (static_cast<std::ptrdiff_t>(i) * count[1] + j) * functions; }
    const double* at(int i, int j) const { return const_cast<Lattice*>(this)->at(i, j); }
};

// Points of an axis, equally spaced.
struct Axis {
    double first = 0.0, step = 1.0;
    int count = 1;
    double operator()(int i) const { return first + step * i; }
};

// What a point of the new axis takes of the points of the old one: from `begin` on.
struct Taps {
    int begin = 0;
    std::vector<double> weight = {};
};

Lattice along(const Lattice& from, int axis, const std::vector<Taps>& taps) {
    const int count = static_cast<int>(taps.size());
    Lattice to(axis == 0 ? count : from.count[0], axis == 1 ? count : from.count[1], from.functions);
    for (int i = 0; i < to.count[0]; ++i)
        for (int j = 0; j < to.count[1]; ++j) {
            const Taps& of = taps[static_cast<std::size_t>(axis == 0 ? i : j)];
            double* sum = to.at(i, j);
            for (int k = 0; k < static_cast<int>(of.weight.size()); ++k) {
                const double* value = axis == 0 ? from.at(of.begin + k, j) : from.at(i, of.begin + k);
                for (int f = 0; f < to.functions; ++f) sum[f] += of.weight[static_cast<std::size_t>(k)] * value[f];
            }
        }
    return to;
}

// Of the mean over N(x, 1) at every x of `to`, from values on `from`.
std::vector<Taps> of_means(const Axis& from, const Axis& to, double reach) {
    std::vector<Taps> all(static_cast<std::size_t>(to.count));
    for (int i = 0; i < to.count; ++i) {
        Taps& taps = all[static_cast<std::size_t>(i)];
        double sum = 0.0;
        taps.begin = static_cast<int>(std::ceil((to(i) - reach - from.first) / from.step));
        for (int k = taps.begin; from(k) <= to(i) + reach; ++k) {
            const double z = from(k) - to(i);
            taps.weight.push_back(exp(-0.5 * z * z));
            sum += taps.weight.back();
        }
        for (double& weight : taps.weight) weight /= sum;
    }
    return all;
}

std::vector<Taps> of_coefficients(int count) {
    constexpr double second = -0.25, fourth = 13.0 / 240.0;
    std::vector<Taps> all(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        all[static_cast<std::size_t>(i)] = {
            i, {fourth, second - 4.0 * fourth, 1.0 - 2.0 * second + 6.0 * fourth, second - 4.0 * fourth, fourth}};
    return all;
}

// Splines in the middle of the cells.
std::vector<Taps> of_middles(int cells) {
    double spline[6];
    quintic_splines(0.5, spline);
    std::vector<Taps> all(static_cast<std::size_t>(cells));
    for (int i = 0; i < cells; ++i) all[static_cast<std::size_t>(i)] = {i, {spline, spline + 6}};
    return all;
}

class Builder {
public:
    Builder(const Payload& problem, TargetTable& table, double error)
        : problem_(problem), table_(table), error_(error) {
        rule_.logs = 5.0 - std::log(error);  // so that the means' error is nothing beside that of the splines
        rule_.reach = std::sqrt(2.0 * rule_.logs);
        const int rank = problem.rank, modes = problem.modes;
        const double* d = problem.difference;
        for (int a = 0; a < rank; ++a) {
            int k = a == 0 ? 1 : table.anchor[0] + 1;
            while (d[k * rank + a] == 0.0) ++k;
            table.anchor[a] = k;
            table.inverse_pivot[a] = 1.0 / d[k * rank + a];
        }
        for (int a = 0; a < rank; ++a) {
            double low = 0.0, high = 0.0, least = 0.0, most = 0.0;
            for (int k = 0; k < modes; ++k) {
                double place[TargetTable::most_axes];
                coordinates_of(problem, table, problem.gram + static_cast<std::ptrdiff_t>(k) * modes, place);
                const double at = place[a], range = d[k * rank + a];
                low = k == 0 ? at : std::min(at, low);
                high = k == 0 ? at : std::max(at, high);
                least = std::min(least, range);
                most = std::max(most, range);
            }
            // where means start; where they go from there, on a sphere by the stages of a step
            constexpr double of_scale = 4.0, beyond = 3.0, off_the_sphere = 0.5;
            const bool fixed = problem.radii == Radii::fixed;
            const double start = problem.start_radius > 0.0 ? problem.start_radius : of_scale * problem.start_scale;
            low_[a] = fixed ? -start - off_the_sphere : std::min(low, -start) - beyond;
            high_[a] = fixed ? start + off_the_sphere : std::max(high, start) + beyond;
            const double step = trapezoidal_spacing(rule_, most - least);
            range_ = std::max(range_, most - least);
            const double room = rule_.reach + (margin + 3) * coarsest;
            nodes_[a] = {low_[a] - room, step, 1};
            wanted_[a] = (high_[a] - low_[a] + 2.0 * room) / step + 2.0;
        }
    }

    // Where a start is worth while: the splines' error falls with the sixth power.
    double first_step() const {
        double step = coarsest;
        for (double e = error_at_coarsest * range_; e > 4.0 * error_ && step > finest; e /= 64.0) step *= 0.5;
        return step;
    }

    // At this step of the lattice, unless that would be too large.
    bool build(double step, OwnedTable& result) {
        Axis places[2], middles[2];
        int cells[2] = {1, 1};
        std::size_t values = static_cast<std::size_t>(problem_.modes);
        if (!(wanted_[0] * wanted_[1] * problem_.modes <= most_nodes_of_means)) return false;
        for (int a = 0; a < problem_.rank; ++a) {
            const double exact = (high_[a] - low_[a]) / step;
            if (!(exact < static_cast<double>(most_values))) return false;
            cells[a] = static_cast<int>(exact) + 1;
            places[a] = {low_[a] - (2 + margin) * step, step, cells[a] + 5 + 2 * margin};
            middles[a] = {low_[a] + 0.5 * step, step, cells[a]};
            if (places[a].count * 2.0 * rule_.reach / nodes_[a].step > most_taps) return false;
            nodes_[a].count = static_cast<int>(wanted_[a]);
            table_.count[a] = cells[a] + 5;
            table_.low[a] = low_[a];
            values *= static_cast<std::size_t>(table_.count[a]);
            if (values > most_values) return false;
        }
        if (at_nodes_.value.empty()) at_nodes_ = shares();
        Lattice coefficients = at_nodes_, exact = at_nodes_;
        for (int a = 0; a < problem_.rank; ++a) {
            coefficients = along(along(coefficients, a, of_means(nodes_[a], places[a], rule_.reach)), a,
                                 of_coefficients(table_.count[a]));
            exact = along(exact, a, of_means(nodes_[a], middles[a], rule_.reach));
        }
        Lattice tabulated = coefficients;
        for (int a = 0; a < problem_.rank; ++a) tabulated = along(tabulated, a, of_middles(cells[a]));
        result.error = 0.0;
        for (std::size_t i = 0; i < exact.value.size(); ++i)
            result.error = std::max(result.error, std::fabs(exact.value[i] - tabulated.value[i]));
        result.values = std::move(coefficients.value);
        table_.inverse_step = 1.0 / step;
        return true;
    }

private:
    // Shares of the modes from the second on and the logarithm, at the nodes.
    Lattice shares() const {
        const int modes = problem_.modes;
        Lattice result(nodes_[0].count, nodes_[1].count, modes);
        std::vector<double> logit(static_cast<std::size_t>(modes)), share(logit.size());
        for (int i = 0; i < result.count[0]; ++i)
            for (int j = 0; j < result.count[1]; ++j) {
                for (int k = 0; k < modes; ++k) {
                    const double* d = problem_.difference + static_cast<std::ptrdiff_t>(k) * problem_.rank;
                    logit[static_cast<std::size_t>(k)] = problem_.logit_of_mode(k) + d[0] * nodes_[0](i) +
                                                         (problem_.rank > 1 ? d[1] * nodes_[1](j) : 0.0);
                }
                double* at = result.at(i, j);
                at[modes - 1] = softmax(logit.data(), modes, share.data());
                std::copy(share.begin() + 1, share.end(), at);
            }
        return result;
    }

    const Payload& problem_;
    TargetTable& table_;
    double error_, range_ = 0.0;
    Rule rule_ = {};
    double low_[2] = {0.0, 0.0}, high_[2] = {0.0, 0.0};
    Axis nodes_[2] = {};
    double wanted_[2] = {1.0, 1.0};  // nodes
    Lattice at_nodes_ = {0, 0, 0};
};

}  // namespace

OwnedTable target_table(const Payload& problem, double error) {
    OwnedTable result;
    if (problem.rank < 1 || problem.rank > TargetTable::most_axes) return result;
    Builder builder(problem, result.table, error);
    for (double step = builder.first_step(); step >= finest; step *= 0.5) {
        if (!builder.build(step, result)) break;
        if (result.error > error) continue;
        result.table.functions = problem.modes;
        return result;
    }
    return {};
}

}  // namespace modecollapse::components
