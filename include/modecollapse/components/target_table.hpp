// The mean responsibilities of a target's modes as a table: they depend on one row of M alone, and where the modes'
// differences span a line or a plane on its one or two coordinates there.
//
//   v_a = e_a.mu_i, from M_ik - M_i1 = sum_a (nu_k - nu_1)_a v_a of as many modes
//   rho_ik(v) = E[share of mode k],   L(v) = E log sum_k om_k exp(-G_kk/2 + (nu_k - nu_1).(v + z)),   z ~ N(0, I)
//
// Each is a product of quintic B-splines on a square lattice (host/components/target_table.hpp), four times continuously
// differentiable. Outside of the lattice's box there is no table.
#pragma once

#include "modecollapse/components/state.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse::components {

// The six quintic B-splines that are not 0 in a cell, at `t` of [0, 1] there.
template <class Real>
MC_HOST_DEVICE void quintic_splines(Real t, Real (&value)[6]) {
    const Real u = Real(1.0) - t, t2 = t * t, u2 = u * u, whole = Real(1.0 / 120.0);
    const auto inner = [](Real x, Real x2) {  // 1 + 5 x + 10 x^2 + 10 x^3 + 5 x^4 - 5 x^5
        const Real high = fma(fma(Real(-5.0), x, Real(5.0)), x2, fma(Real(10.0), x, Real(10.0)));
        return fma(high, x2, fma(Real(5.0), x, Real(1.0)));
    };
    const auto middle = [](Real x, Real x2) {  // 66 - 60 x^2 + 30 x^4 - 10 x^5
        return fma(fma(fma(Real(-10.0), x, Real(30.0)), x2, Real(-60.0)), x2, Real(66.0));
    };
    value[0] = whole * (u2 * u2 * u);
    value[1] = whole * inner(u, u2);
    value[2] = whole * middle(t, t2);
    value[3] = whole * middle(u, u2);
    value[4] = whole * inner(t, t2);
    value[5] = whole * (t2 * t2 * t);
}

// Coordinates v of a place whose row of M this is, by forward substitution. Those beyond the rank are 0.
template <class Real>
MC_HOST_DEVICE void coordinates_of(const Payload& problem, const TargetTable& table, const Real* row,
                                   Real (&at)[TargetTable::most_axes]) {
    static_assert(TargetTable::most_axes == 2, "the substitution is written out for two");
    at[0] = (row[table.anchor[0]] - row[0]) * Real(table.inverse_pivot[0]);
    at[1] = Real(0.0);
    if (problem.rank > 1)
        at[1] = fma(Real(-problem.difference[table.anchor[1] * problem.rank]), at[0], row[table.anchor[1]] - row[0]) *
                Real(table.inverse_pivot[1]);
}

template <class Real>
class TableLookup {
public:
    MC_HOST_DEVICE explicit TableLookup(const Payload& problem) : problem_(problem), table_(problem.table) {}

    // Looks up the component whose row of M this is. Returns where the table has it; elsewhere nothing is meant.
    MC_HOST_DEVICE MaskOf<Real> find(const Real* row) {
        Real at[2];
        coordinates_of(problem_, table_, row, at);
        MaskOf<Real> inside = at[0] == at[0];
        Real first = Real(0.0);
        MC_UNROLL_ALL
        for (int a = 0; a < TargetTable::most_axes; ++a) {
            if (a >= problem_.rank) break;
            const Real x = (at[a] - Real(table_.low[a])) * Real(table_.inverse_step);
            const double cells = table_.count[a] - 5;
            inside = inside & (x >= Real(0.0)) & (x < Real(cells));
            const Real within = select(inside, x, Real(0.0));
            // the next whole number below: to the nearest one, and from there
            const Real near = (within + Real(6755399441055744.0)) - Real(6755399441055744.0);
            const Real cell = select(near > within, near - Real(1.0), near);
            quintic_splines<Real>(within - cell, spline_[a]);
            first = a == 0 ? cell : fma(first, Real(static_cast<double>(table_.count[1])), cell);
        }
        double lanes[NumberTraits<Real>::lanes];
        store(first, lanes);
        for (int l = 0; l < NumberTraits<Real>::lanes; ++l)
            first_[l] = static_cast<std::int64_t>(lanes[l]) * table_.functions;
        return inside;
    }

    // Function f of the place found.
    MC_HOST_DEVICE Real operator()(int f) const {
        const std::int64_t stride =
            problem_.rank > 1 ? static_cast<std::int64_t>(table_.count[1]) * table_.functions : table_.functions;
        Real sum = Real(0.0);
        MC_UNROLL_ALL
        for (int i = 0; i < 6; ++i) {
            const double* from = table_.value + f + i * stride;
            if (problem_.rank == 1) {
                sum = fma(spline_[0][i], at(from), sum);
                continue;
            }
            Real line = Real(0.0);
            MC_UNROLL_ALL
            for (int j = 0; j < 6; ++j) line = fma(spline_[1][j], at(from + j * table_.functions), line);
            sum = fma(spline_[0][i], line, sum);
        }
        return sum;
    }

private:
    MC_HOST_DEVICE Real at(const double* from) const {
        double lanes[NumberTraits<Real>::lanes];
        for (int l = 0; l < NumberTraits<Real>::lanes; ++l) lanes[l] = from[first_[l]];
        return load<Real>(lanes);
    }

    const Payload& problem_;
    const TargetTable& table_;
    Real spline_[2][6] = {};  // of a second axis only where there is one
    std::int64_t first_[NumberTraits<Real>::lanes];
};

}  // namespace modecollapse::components
