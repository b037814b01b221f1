// Linearly implicit step for stretches where the weight of the simplex is stiff: Rodas5P, a Rosenbrock method of order 5
// with an embedded one of order 4, L-stable and of full order on stiff components that follow the others (Steinebach, BIT
// Numer. Math. 63 (2023) 27), one independent step size a lane.
//
//   (1/(h gamma) I - J) U_i = f(t + node_i h, y + sum_j a_ij U_j) + sum_j (c_ij / h) U_j + gamma_i h df/dt
//   y(t + h) = y + sum_j a_6j U_j + U_6 + U_7 + U_8,    error = U_8
//   y(t + x h) = (1-x) y(t) + x ( y(t + h) + (1-x) sum_j (d_1j + x (d_2j + x d_3j)) U_j )
//
// J and df/dt are the field's own derivatives (numbers/dual.hpp). Which coordinate stands for the weight is the field's
// affair (gradient_flow/simplex.hpp).
#pragma once

#include "modecollapse/gradient_flow/runge_kutta.hpp"
#include "modecollapse/numbers/dual.hpp"

namespace modecollapse {

namespace rodas5p {

inline constexpr int unknowns = 4;  // m1, m2, u, w1
inline constexpr double gamma = 0.21193756319429014;

// m1, m2, u, w1 of a state as an array, and back.
template <class Real>
MC_HOST_DEVICE void unpack(const OrderParameters<Real>& y, Real* v) {
    v[0] = y.m1;
    v[1] = y.m2;
    v[2] = y.u;
    v[3] = y.weight;
}

template <class Real>
MC_HOST_DEVICE OrderParameters<Real> packed(const Real* v) {
    return {v[0], v[1], v[2], v[3]};
}

// L U = I/(h gamma) - J in place. Not pivoted: a vanishing pivot gives a step that is not finite, hence refused. The
// weight comes last, whose diagonal is by far the largest where it is stiff.
template <class Real>
MC_HOST_DEVICE void factorize(Real (*a)[unknowns]) {
    for (int k = 0; k < unknowns; ++k) {
        a[k][k] = Real(1.0) / a[k][k];
        for (int i = k + 1; i < unknowns; ++i) {
            a[i][k] = a[i][k] * a[k][k];
            for (int j = k + 1; j < unknowns; ++j) a[i][j] = fma(-a[i][k], a[k][j], a[i][j]);
        }
    }
}

template <class Real>
MC_HOST_DEVICE void solve(const Real (*a)[unknowns], Real* x) {
    for (int i = 1; i < unknowns; ++i)
        for (int j = 0; j < i; ++j) x[i] = fma(-a[i][j], x[j], x[i]);
    for (int i = unknowns - 1; i >= 0; --i) {
        for (int j = i + 1; j < unknowns; ++j) x[i] = fma(-a[i][j], x[j], x[i]);
        x[i] = x[i] * a[i][i];
    }
}

}  // namespace rodas5p

// One attempt from `y`, where the field has the value `rate`. Field: (OrderParameters, node) -> OrderParameters, the
// rates at the time t + node h, over Real with a node of type double and over Dual numbers.
template <class Real, class Field>
MC_HOST_DEVICE_CALL StepAttempt<Real> attempt_stiff_step(const Field& field, const OrderParameters<Real>& y,
                                                         const OrderParameters<Real>& rate, Real h) {
    using namespace rodas5p;
    constexpr int stages = 8, last = 6;  // from stage `last` on each stands where the one before ended
    constexpr double a[last][last - 1] = {
        {},
        {3.0},
        {2.849394379747939, 0.45842242204463923},
        {-6.954028509809101, 2.489845061869568, -10.358996098473584},
        {2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641},
        {-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946}};
    constexpr double c[stages][stages - 1] = {
        {},
        {-14.155112264123755},
        {-17.97296035885952, -2.859693295451294},
        {147.12150275711716, -1.41221402718213, 71.68940251302358},
        {165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306},
        {24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471},
        {30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623,
         -28.087943162872662},
        {37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002,
         -54.66780262877968, -9.48861652309627}};
    constexpr double d[3][stages] = {
        {25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204, 0.524948541321073,
         1.1241088310450404, 0.4272876194431874, -0.17202221070155493},
        {-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796, 20.176138334709044,
         15.98066361424651, -6.789040303419874, -6.710236069923372},
        {11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643, -52.072871366152654,
         -59.78993625266729, -0.15582684282751913, 4.883087185713722}};
    constexpr double node[stages] = {
        0.0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1.0, 1.0, 1.0};
    constexpr double gammas[stages] = {gamma, -0.42387512638858027, -0.3384627126235924, 1.8046452872882734,
                                       2.325825639765069};

    using Variable = Dual<Real, unknowns + 1>;  // along m1, m2, u, w1 and the node
    const OrderParameters<Variable> there = {variable<unknowns + 1>(y.m1, 0), variable<unknowns + 1>(y.m2, 1),
                                             variable<unknowns + 1>(y.u, 2), variable<unknowns + 1>(y.weight, 3)};
    Variable derivatives[unknowns];
    unpack(field(there, variable<unknowns + 1>(Real(0.0), unknowns)), derivatives);
    const Real inverse_h = Real(1.0) / h;
    Real matrix[unknowns][unknowns];
    for (int i = 0; i < unknowns; ++i)
        for (int j = 0; j < unknowns; ++j)
            matrix[i][j] = (i == j ? inverse_h * Real(1.0 / gamma) : Real(0.0)) - derivatives[i].slope[j];
    factorize(matrix);

    Real start[unknowns], here[unknowns], next[unknowns], u[stages][unknowns];
    unpack(y, start);
    unpack(rate, here);
    for (int stage = 0; stage < stages; ++stage) {
        if (stage > 0) {
            for (int i = 0; i < unknowns; ++i) {
                next[i] = stage < last ? start[i] : next[i] + u[stage - 1][i];
                if (stage < last)
                    for (int j = 0; j < stage; ++j) next[i] = fma(Real(a[stage][j]), u[j][i], next[i]);
            }
            unpack(field(packed(next), node[stage]), here);
        }
        for (int i = 0; i < unknowns; ++i) {
            Real sum = Real(0.0);
            for (int j = 0; j < stage; ++j) sum = fma(Real(c[stage][j]), u[j][i], sum);
            u[stage][i] = fma(sum, inverse_h, here[i]);
            u[stage][i] = fma(Real(gammas[stage]), derivatives[i].slope[unknowns], u[stage][i]);
        }
        solve(matrix, u[stage]);
    }
    Real left[unknowns], right[unknowns], dense[unknowns];  // the same polynomial in the form of StepAttempt
    for (int i = 0; i < unknowns; ++i) {
        next[i] = next[i] + u[stages - 1][i];
        const Real chord = next[i] - start[i];
        Real sum[3];
        for (int k = 0; k < 3; ++k) {
            sum[k] = Real(0.0);
            for (int j = 0; j < stages; ++j) sum[k] = fma(Real(d[k][j]), u[j][i], sum[k]);
        }
        left[i] = (chord + sum[0]) * inverse_h;
        right[i] = (chord - sum[0] - sum[1] - sum[2]) * inverse_h;
        dense[i] = -sum[2];
    }
    StepAttempt<Real> result;
    result.state = packed(next);
    result.rate = field(result.state, 1.0);
    result.error = packed(u[stages - 1]);
    result.left = packed(left);
    result.right = packed(right);
    result.dense = packed(dense);
    return result;
}

}  // namespace modecollapse
