// Gradient maps of input-convex networks (kernels/vae/convex_map.hpp): against psi written out here in plain loops, its central
// differences, and the bounds that make the maps what they are for. And softplus.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/training/panel_layers.hpp"
#include "kernels/vae/convex_map.hpp"
#include "tests/support/normal_numbers.hpp"

namespace modecollapse::vae {
namespace {

using support::normal_numbers;

using Number = Pack<double, 2>;
using Map = ConvexMap<PanelLayers<Number>>;
constexpr int lanes = panel_lanes<double>;

// A map with memory of its own and parameters drawn once; `panels` panels of samples.
struct Machine {
    ConvexShape shape;
    int panels;
    std::vector<double> parameters;
    std::vector<std::vector<double>> arrays;
    ConvexMemory<double> memory = {};
    std::vector<double> scratch;

    Machine(ConvexShape shape_in, int panels_in)
        : shape(shape_in), panels(panels_in), parameters(parameter_count(shape)) {
        parameters = normal_numbers(parameters.size(), 7);
        for (double& p : parameters) p *= 0.6;
        const std::size_t rows = (shape.depth + 1) * static_cast<std::size_t>(shape.width) * panels * lanes;
        const auto room = [&](std::size_t count) {
            arrays.emplace_back(count, 0.0);
            return arrays.back().data();
        };
        arrays.reserve(16);
        for (double** whole : {&memory.weights, &memory.packed, &memory.packed_transposed, &memory.gradient})
            *whole = room(parameters.size() + lanes);
        for (double** layers : {&memory.h, &memory.first, &memory.second, &memory.p, &memory.q, &memory.tangent_a,
                                &memory.tangent_h, &memory.s, &memory.r})
            *layers = room(rows);
        scratch.assign((std::max(shape.width, shape.inputs) + 64) * static_cast<std::size_t>(panels) * lanes, 0.0);
    }

    std::size_t numbers() const { return static_cast<std::size_t>(shape.inputs) * panels * lanes; }

    std::vector<double> value(const std::vector<double>& v, double l) {
        const Map::Layers layers(scratch.data());
        const Map map(shape, memory, layers);
        map.pack(parameters.data());
        std::vector<double> out(numbers());
        map.forward(v.data(), l, panels, out.data());
        return out;
    }

    // The gradient of <w, T(v)> in v; that in the parameters is left in memory.gradient.
    std::vector<double> reverse(const std::vector<double>& v, const std::vector<double>& w, double l) {
        value(v, l);
        std::fill(memory.gradient, memory.gradient + parameters.size(), 0.0);
        const Map::Layers layers(scratch.data());
        const Map map(shape, memory, layers);
        std::vector<double> dv(numbers());
        map.reverse(v.data(), w.data(), l, panels, dv.data());
        map.finish_gradient();
        return dv;
    }
};

double element(const std::vector<double>& x, int rows, int sample, int r) {
    return x[Map::Layers::at(sample / lanes, rows, r) + sample % lanes];
}

double plain(Activation activation, double a) {
    switch (activation) {
        case Activation::softplus:
            return std::log1p(std::exp(a));
        case Activation::leaky_relu:
            return a > 0 ? a : 0.2 * a;
        case Activation::tanh:
            return std::tanh(a);
        default:
            return 0.5 * a * a;
    }
}

// psi by the formula of convex_shape.hpp.
double psi(const Machine& machine, const std::vector<double>& v) {
    const ConvexShape& shape = machine.shape;
    std::vector<double> h;
    for (std::uint32_t k = 0; k <= shape.depth; ++k) {
        const ConvexLayer layer = convex_layer(shape, k);
        std::vector<double> next(layer.outputs);
        for (std::uint32_t r = 0; r < layer.outputs; ++r) {
            double a = machine.parameters[layer.biases + r];
            for (std::uint32_t i = 0; i < shape.inputs; ++i)
                a += machine.parameters[layer.direct + r * shape.inputs + i] * v[i];
            for (std::size_t i = 0; i < h.size(); ++i)
                a += std::exp(machine.parameters[layer.logarithms + r * h.size() + i]) * h[i];
            const double g = plain(shape.activation, a);
            next[r] = k == 0 && shape.depth > 0 ? g * g : g;
        }
        h = next;
    }
    double sum = 0.0;
    for (const double one : h) sum += one;
    return sum;
}

const ConvexShape shapes[] = {{2, 8, 1, Activation::softplus},
                              {3, 13, 2, Activation::softplus},
                              {5, 4, 3, Activation::softplus},
                              {2, 7, 2, Activation::leaky_relu},
                              {4, 4, 0, Activation::quadratic}};

class Maps : public testing::TestWithParam<int> {};

TEST_P(Maps, AreTheGradientOfThePotential) {
    Machine machine(shapes[GetParam()], 2);
    const int n = static_cast<int>(machine.shape.inputs);
    const std::vector<double> v = normal_numbers(machine.numbers(), 3), out = machine.value(v, 0.3);
    for (int sample = 0; sample < 2 * lanes; ++sample) {
        std::vector<double> at(n);
        for (int i = 0; i < n; ++i) at[i] = element(v, n, sample, i);
        for (int i = 0; i < n; ++i) {
            const double step = 1e-5;
            std::vector<double> above = at, below = at;
            above[i] += step, below[i] -= step;
            const double difference = (psi(machine, above) - psi(machine, below)) / (2 * step) + 0.3 * at[i];
            EXPECT_NEAR(element(out, n, sample, i), difference, 1e-7 * (1.0 + std::abs(difference)));
        }
    }
}

// Directional derivatives of <w, T(v)> along random directions of v and of the parameters.
double derivative_error(Machine& machine, bool of_parameters) {
    const double l = 0.3, step = 1e-5;
    const std::vector<double> v = normal_numbers(machine.numbers(), 3), w = normal_numbers(machine.numbers(), 4);
    const std::vector<double> dv = machine.reverse(v, w, l);
    std::vector<double> gradient(machine.memory.gradient, machine.memory.gradient + machine.parameters.size());
    const std::vector<double> along = normal_numbers(of_parameters ? gradient.size() : v.size(), 5);
    const std::vector<double> parameters = machine.parameters;
    const auto at = [&](double t) {
        std::vector<double> moved = v;
        for (std::size_t i = 0; i < along.size(); ++i)
            (of_parameters ? machine.parameters[i] : moved[i]) = (of_parameters ? parameters[i] : v[i]) + t * along[i];
        const std::vector<double> out = machine.value(moved, l);
        double sum = 0.0;
        for (std::size_t i = 0; i < out.size(); ++i) sum += w[i] * out[i];
        return sum;
    };
    const double difference = (at(step) - at(-step)) / (2 * step);
    machine.parameters = parameters;
    double exact = 0.0, norm = 0.0;
    const std::vector<double>& own = of_parameters ? gradient : dv;
    for (std::size_t i = 0; i < along.size(); ++i) exact += own[i] * along[i], norm += own[i] * own[i];
    return std::abs(exact - difference) / std::sqrt(norm);
}

TEST_P(Maps, ReverseIsTheDerivativeInTheInput) {
    Machine machine(shapes[GetParam()], 2);
    EXPECT_LT(derivative_error(machine, false), 1e-7);
}

TEST_P(Maps, ReverseIsTheDerivativeInTheParameters) {
    Machine machine(shapes[GetParam()], 2);
    EXPECT_LT(derivative_error(machine, true), 1e-7);
}

TEST_P(Maps, AreMonotoneByTheirConstantAndSymmetric) {
    Machine machine(shapes[GetParam()], 1);
    const int n = static_cast<int>(machine.shape.inputs);
    const double l = 0.7;
    const std::vector<double> u = normal_numbers(machine.numbers(), 11), v = normal_numbers(machine.numbers(), 12);
    const std::vector<double> tu = machine.value(u, l), tv = machine.value(v, l);
    const std::vector<double> hu = machine.reverse(tu, u, l), hv = machine.reverse(tu, v, l);  // Hessians at tu
    for (int sample = 0; sample < lanes; ++sample) {
        double product = 0.0, squared = 0.0, one = 0.0, other = 0.0;
        for (int i = 0; i < n; ++i) {
            const double du = element(u, n, sample, i) - element(v, n, sample, i);
            product += du * (element(tu, n, sample, i) - element(tv, n, sample, i));
            squared += du * du;
            one += element(v, n, sample, i) * element(hu, n, sample, i);
            other += element(u, n, sample, i) * element(hv, n, sample, i);
        }
        EXPECT_GE(product, l * squared * (1.0 - 1e-12));
        EXPECT_NEAR(one, other, 1e-12 * (1.0 + std::abs(one)));
    }
}

INSTANTIATE_TEST_SUITE_P(Vae, Maps, testing::Range(0, 5));  // of shapes

// Twin: psi's second derivatives left out of the reverse pass, as if T's Jacobian did not depend on the parameters through g''.
TEST(VaeMaps, AReversePassWithoutCurvatureIsFound) {
    Machine machine(shapes[1], 2);
    ASSERT_LT(derivative_error(machine, true), 1e-7);
    const std::vector<double> v = normal_numbers(machine.numbers(), 3), w = normal_numbers(machine.numbers(), 4);
    machine.reverse(v, w, 0.3);
    const std::vector<double> whole(machine.memory.gradient, machine.memory.gradient + machine.parameters.size());
    const std::size_t rows = machine.arrays[4].size();
    machine.value(v, 0.3);
    std::fill(machine.memory.second, machine.memory.second + rows, 0.0);
    std::fill(machine.memory.gradient, machine.memory.gradient + machine.parameters.size(), 0.0);
    const Map::Layers layers(machine.scratch.data());
    std::vector<double> dv(machine.numbers());
    const Map map(machine.shape, machine.memory, layers);
    map.reverse(v.data(), w.data(), 0.3, machine.panels, dv.data());
    map.finish_gradient();
    double difference = 0.0, norm = 0.0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        difference += std::pow(whole[i] - machine.memory.gradient[i], 2);
        norm += whole[i] * whole[i];
    }
    EXPECT_GT(difference / norm, 1e-2);
}

// The largest relative error of softplus and its derivatives, by the C library in long double.
template <class Real>
double softplus_error(double reach, double off) {
    double largest = 0.0;
    for (int i = -20000; i <= 20000; ++i) {
        const Real a = static_cast<Real>(reach * i / 20000.0);
        const Activated<Real> f = softplus(a);
        const long double s = std::exp(-std::abs(static_cast<long double>(a) + off)), logistic = 1 / (1 + s);
        const long double exact[] = {std::max(static_cast<long double>(a), 0.0L) + std::log1p(s),
                                     a >= 0 ? logistic : s * logistic, s * logistic * logistic};
        const Real found[] = {f.value, f.first, f.second};
        for (int k = 0; k < 3; ++k) largest = std::max(largest, static_cast<double>(std::abs(found[k] / exact[k] - 1)));
    }
    return largest;
}

TEST(Activation, SoftplusAndItsDerivativesAreThoseOfTheLibrary) {
    for (const double reach : {1e-3, 1.0, 20.0, 43.0}) {
        EXPECT_LT(softplus_error<double>(reach, 0.0), 1e-15);
        EXPECT_LT(softplus_error<float>(reach, 0.0), 6e-7);
        EXPECT_GT(softplus_error<float>(reach, 1e-5), 2e-6);  // twin
    }
    EXPECT_LT(softplus_error<double>(353.0, 0.0), 1e-15);
    EXPECT_EQ(softplus(1000.0).value, 1000.0);
    EXPECT_EQ(softplus(-1000.0).value, 0.0);
}

}  // namespace
}  // namespace modecollapse::vae
