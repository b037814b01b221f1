// Proves: log, sine_cosine_of_turn and approximate_inverse_fifth_root keep the errors that numbers/elementary.hpp
// promises, against the C library's long double functions on 10^6 points and at the edges; and a SIMD pack gives the
// bits of the scalar functions in every lane.
#include "modecollapse/numbers/elementary.hpp"

#include <gtest/gtest.h>

#include <cfloat>
#include <limits>
#include <random>
#include <vector>

#include "kernels/lanes/pack.hpp"
#include "tests/support/bounds.hpp"

namespace modecollapse {
namespace {

constexpr int random_points = 1000000;

// Error of `value` in units of the last place of `exact`.
double in_ulps(double value, long double exact) {
    const double rounded = std::fabs(static_cast<double>(exact));
    const double ulp = std::nextafter(rounded, INFINITY) - rounded;
    return static_cast<double>(std::fabs(static_cast<long double>(value) - exact)) / ulp;
}

// Points for log: uniform on (0, 1), uniform in the exponent, close to 1, and edges.
std::vector<double> log_points() {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> unit(0.0, 1.0), exponent(-1022.0, 1023.9), closeness(-52.0, -1.0);
    std::vector<double> points = {
        DBL_MIN, DBL_MAX, 1.0, std::nextafter(1.0, 0.0), std::nextafter(1.0, 2.0), 0.5, 2.0, 0x1p-53, 1.0 - 0x1p-53};
    for (int e = -3; e <= 3; ++e)  // where the exponent of the reduced argument changes
        for (const double x : {std::ldexp(std::sqrt(0.5), e), std::ldexp(1.0, e)})
            points.insert(points.end(), {std::nextafter(x, 0.0), x, std::nextafter(x, 10.0 * x)});
    for (int i = 0; i < random_points / 3; ++i) {
        points.push_back(unit(random) + 0x1p-54);
        points.push_back(std::exp2(exponent(random)));
        points.push_back(1.0 + (i % 2 ? 1.0 : -0.5) * std::exp2(closeness(random)));
    }
    return points;
}

// Largest error of `f` against the logarithm: in ulps, where errors under 3e-16 absolute count as none.
template <class F>
double worst_log_error(const F& f) {
    double worst = 0.0;
    for (const double x : log_points()) {
        const long double exact = std::log(static_cast<long double>(x));
        const double value = f(x);
        if (std::fabs(static_cast<double>(value - exact)) > 3e-16) worst = std::max(worst, in_ulps(value, exact));
    }
    return worst;
}

TEST(Elementary, LogIsWithinTwoUlps) {
    const double worst = worst_log_error([](double x) { return log(x); });
    RecordProperty("worst_ulps", support::digits(worst));
    EXPECT_LT(worst, 2.0);
    EXPECT_EQ(log(1.0), 0.0);
    // twin: an argument off by three ulps
    EXPECT_GT(worst_log_error([](double x) { return log(x * (1.0 + 7e-16)); }), 2.0);
}

// exp over its whole range, and both in single precision: a few ulps of the type.
TEST(Elementary, ExpIsWithinTwoUlps) {
    std::mt19937_64 random(2);
    std::uniform_real_distribution<double> wide(-707.0, 708.0), narrow(-2.0, 2.0);
    double worst = 0.0, twin = 0.0, worst_single = 0.0;
    for (int i = 0; i < random_points / 2; ++i)
        for (const double x : {wide(random), narrow(random)}) {
            const long double exact = std::exp(static_cast<long double>(x));
            worst = std::max(worst, in_ulps(exp(x), exact));
            twin = std::max(twin, in_ulps(exp(x + 1e-15), exact));
            const auto single = static_cast<float>(x / 8.3);
            const double relative = static_cast<double>(exp(single)) / std::exp(static_cast<double>(single)) - 1.0;
            worst_single = std::max(worst_single, std::fabs(relative));
        }
    RecordProperty("worst_ulps", support::digits(worst));
    EXPECT_LT(worst, 2.0);
    EXPECT_GT(twin, 2.0);
    EXPECT_LT(worst_single, 3.0 * FLT_EPSILON);
    EXPECT_EQ(exp(0.0), 1.0);
    EXPECT_EQ(exp(-800.0), 0.0);
    EXPECT_EQ(exp(-200.0f), 0.0f);
    EXPECT_TRUE(std::isfinite(exp(900.0)));
    for (const float x : {0.3f, 1.0f, 0.999f, 7.5f, 1e-30f, 3e30f})
        EXPECT_NEAR(log(x), std::log(static_cast<double>(x)),
                    4.0 * FLT_EPSILON * std::max(1.0, std::fabs(std::log(static_cast<double>(x)))))
            << x;
}

// Near 1 the relative error matters too: log(1 - 2^-53) enters the radius of a normal.
TEST(Elementary, LogIsRelativelyAccurateNearOne) {
    for (int e = -52; e <= -3; ++e)
        for (const double x : {1.0 - std::ldexp(0.75, e), 1.0 + std::ldexp(1.25, e)})
            EXPECT_LT(in_ulps(log(x), std::log(static_cast<long double>(x))), 2.0) << x;
    EXPECT_LT(log(1.0 - 0x1p-53), 0.0);
}

template <class F>
double worst_turn_error(const F& f) {
    constexpr long double pi = 3.14159265358979323846264338327950288L;
    std::mt19937_64 random(2);
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    std::vector<double> points;
    for (int i = 0; i <= 16; ++i) {
        const double t = i / 16.0;
        points.insert(points.end(), {std::max(0.0, std::nextafter(t, -1.0)), t, std::min(1.0, std::nextafter(t, 2.0))});
    }
    for (int i = 0; i < random_points; ++i) points.push_back(unit(random));
    double worst = 0.0;
    for (const double t : points) {
        // reduced to [-1/2, 1/2] exactly, so that the long double product keeps its digits
        const long double angle = 2.0L * pi * static_cast<long double>(t > 0.5 ? t - 1.0 : t);
        const SineCosine<double> value = f(t);
        worst = std::max(worst, static_cast<double>(std::fabs(value.sine - std::sin(angle))));
        worst = std::max(worst, static_cast<double>(std::fabs(value.cosine - std::cos(angle))));
    }
    return worst;
}

TEST(Elementary, SineAndCosineOfATurnAreWithinFourInTenToTheSixteen) {
    const double worst = worst_turn_error([](double t) { return sine_cosine_of_turn(t); });
    RecordProperty("worst", support::digits(worst));
    EXPECT_LT(worst, 4e-16);
    // twin: a turn short by 1e-16
    EXPECT_GT(worst_turn_error([](double t) { return sine_cosine_of_turn(t * (1.0 - 2e-16)); }), 4e-16);
}

TEST(Elementary, QuarterTurnsAreExact) {
    const double sines[] = {0.0, 1.0, 0.0, -1.0, 0.0}, cosines[] = {1.0, 0.0, -1.0, 0.0, 1.0};
    for (int i = 0; i <= 4; ++i) {
        EXPECT_EQ(sine_cosine_of_turn(0.25 * i).sine, sines[i]);
        EXPECT_EQ(sine_cosine_of_turn(0.25 * i).cosine, cosines[i]);
    }
}

template <class Real>
double worst_root_error(Real scale) {
    double worst = 0.0;
    for (int i = 0; i <= 100000; ++i) {
        const double x = std::pow(10.0, -30.0 + 60.0 * i / 100000);
        const double exact = std::pow(x, -0.2);
        worst = std::max(
            worst,
            std::fabs(static_cast<double>(scale * approximate_inverse_fifth_root(static_cast<Real>(x))) / exact - 1.0));
    }
    return worst;
}

TEST(Elementary, InverseFifthRootIsWithinOnePercent) {
    EXPECT_LT(worst_root_error(1.0), 0.01);
    EXPECT_LT(worst_root_error(1.0f), 0.01);
    RecordProperty("worst", support::digits(worst_root_error(1.0)));
    EXPECT_GT(worst_root_error(1.01), 0.01);  // twin
}

// Every operation that the physics uses, on a pack and on its lanes one by one.
template <class T, int width>
void expect_pack_equals_scalars() {
    using Real = Pack<T, width>;
    std::mt19937_64 random(3);
    std::uniform_real_distribution<T> unit(T(1e-6), T(1)), signed_unit(T(-1), T(1));
    const auto expect_equal = [](const Real& pack, const T* scalars, const char* what) {
        T lanes[width];
        store(pack, lanes);
        EXPECT_EQ(memcmp(lanes, scalars, sizeof lanes), 0) << what;
    };
    const T special[] = {T(0), T(-0.0), std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(),
                         T(1), T(-1)};
    for (int round = 0; round < 20000; ++round) {
        T x[width], y[width], z[width], out[width];
        for (int i = 0; i < width; ++i) {
            x[i] = unit(random);
            y[i] = signed_unit(random);
            z[i] = round % 3 ? signed_unit(random) : special[(round + i) % 6];
        }
        const Real a = load<Real>(x), b = load<Real>(y), c = load<Real>(z);
        const auto check = [&](const Real& pack, auto&& scalar, const char* what) {
            for (int i = 0; i < width; ++i) out[i] = scalar(x[i], y[i], z[i]);
            expect_equal(pack, out, what);
        };
        check(
            fma(a, b, c), [](T p, T q, T r) { return fma(p, q, r); }, "fma");
        check(
            sqrt(a), [](T p, T, T) { return sqrt(p); }, "sqrt");
        check(
            abs(c), [](T, T, T r) { return abs(r); }, "abs");
        check(
            -c, [](T, T, T r) { return -r; }, "minus");
        check(
            min(b, c), [](T, T q, T r) { return min(q, r); }, "min");
        check(
            max(c, b), [](T, T q, T r) { return max(r, q); }, "max");
        check(
            a / b - c, [](T p, T q, T r) { return p / q - r; }, "arithmetic");
        check(
            select(b < c, a, b), [](T p, T q, T r) { return q < r ? p : q; }, "select");
        check(
            approximate_inverse_fifth_root(a), [](T p, T, T) { return approximate_inverse_fifth_root(p); },
            "inverse fifth root");
        if constexpr (sizeof(T) == 8) {
            check(
                log(a), [](T p, T, T) { return log(p); }, "log");
            check(
                sine_cosine_of_turn(a).sine, [](T p, T, T) { return sine_cosine_of_turn(p).sine; }, "sine");
            check(
                sine_cosine_of_turn(a).cosine, [](T p, T, T) { return sine_cosine_of_turn(p).cosine; }, "cosine");
        }
        if (testing::Test::HasFailure()) return;
    }
}

// The widths of the baseline instruction set; wider ones are compared through whole trajectories (ensemble_test.cpp).
TEST(Elementary, PackOfDoublesHasTheBitsOfItsLanes) { expect_pack_equals_scalars<double, 2>(); }
TEST(Elementary, PackOfFloatsHasTheBitsOfItsLanes) { expect_pack_equals_scalars<float, 4>(); }

// The step-size controller relies on which argument a NaN survives in.
TEST(Elementary, MinAndMaxTreatNanAlikeInPacksAndScalars) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double pairs[][2] = {{nan, 1.0}, {1.0, nan}, {nan, nan}, {0.5, 1.0}};
    for (const auto& pair : pairs) {
        double lower[2], upper[2];
        store(min(Pack<double, 2>(pair[0]), Pack<double, 2>(pair[1])), lower);
        store(max(Pack<double, 2>(pair[0]), Pack<double, 2>(pair[1])), upper);
        EXPECT_EQ(std::isnan(lower[0]), std::isnan(min(pair[0], pair[1])));
        EXPECT_EQ(std::isnan(upper[0]), std::isnan(max(pair[0], pair[1])));
        EXPECT_EQ(std::isnan(min(pair[0], pair[1])), std::isnan(pair[1]));
    }
}

}  // namespace
}  // namespace modecollapse
