// The trapping test: has the fate of a trajectory become certain? (PHYSICS section 10.)
//
// A region is a trap if no trajectory of the flow can leave it and every stable fixed point inside has the same
// outcome. Two shapes:
//
//   box        { s1 m1 >= a1,  s2 m2 >= a2 } for signs s1, s2: on each face the field points inward for every
//              admissible overlap u; with trainable weights also a range of the weight's coordinate, whose faces
//              point inward too;
//   ellipsoid  { |B (y - y*)|^2 <= level } around a stable fixed point y* = (m1, m2, u)*, B the rows that
//              diagonalize its Jacobian: the left side decreases along the flow everywhere inside.
//
// host/fixed_points/ builds both and certifies them; nothing here looks at the size of the field, which is also small
// at saddles and along the slow relaxation next to the aligned state.
#pragma once

#include "modecollapse/mixture/outcome.hpp"

namespace modecollapse {

// Number: of what a state is compared with. Label: of the outcome, an Outcome or its number.
template <class Number, class Label>
struct TrappingBoxOf {
    Number sign1, sign2;  // +1 or -1
    Number corner1, corner2;
    Label outcome;
    Number weight_low = Number(0.0), weight_high = Number(0.0);  // trainable weights only
};
using TrappingBox = TrappingBoxOf<double, Outcome>;

// Do the weights move? Traps of fixed weights know no range of the weight.
enum class WeightRange { none, tested };

template <class Number, class Label>
struct TrappingEllipsoidOf {
    Number centre[3];  // m1, m2, u
    Number rows[3][3];
    Number level;
    Label outcome;
};
using TrappingEllipsoid = TrappingEllipsoidOf<double, Outcome>;

template <class Number, class Label>
struct TrappingSetOf {
    static constexpr int capacity = 16;
    TrappingBoxOf<Number, Label> boxes[capacity];
    TrappingEllipsoidOf<Number, Label> ellipsoids[capacity];
    int box_count;
    int ellipsoid_count;

    // No trap holds the state.
    static constexpr double none = -1.0;

    // Index of the outcome (as a number, lane by lane) of the trap that holds the state, or `none`.
    template <WeightRange range = WeightRange::none, class Real>
    MC_HOST_DEVICE Real operator()(const OrderParameters<Real>& y) const {
        Real held = Real(none);
        for (int i = 0; i < box_count; ++i) {
            const TrappingBoxOf<Number, Label>& box = boxes[i];
            MaskOf<Real> inside =
                (Real(box.sign1) * y.m1 >= Real(box.corner1)) & (Real(box.sign2) * y.m2 >= Real(box.corner2));
            if constexpr (range == WeightRange::tested)
                inside = inside & (y.weight >= Real(box.weight_low)) & (y.weight <= Real(box.weight_high));
            held = select(inside, Real(static_cast<double>(box.outcome)), held);
        }
        for (int i = 0; i < ellipsoid_count; ++i) {
            const TrappingEllipsoidOf<Number, Label>& ellipsoid = ellipsoids[i];
            const Real d0 = y.m1 - Real(ellipsoid.centre[0]);
            const Real d1 = y.m2 - Real(ellipsoid.centre[1]);
            const Real d2 = y.u - Real(ellipsoid.centre[2]);
            Real norm2 = Real(0.0);
            for (const auto& row : ellipsoid.rows) {
                const Real z = fma(Real(row[0]), d0, fma(Real(row[1]), d1, Real(row[2]) * d2));
                norm2 = fma(z, z, norm2);
            }
            held = select(norm2 <= Real(ellipsoid.level), Real(static_cast<double>(ellipsoid.outcome)), held);
        }
        return held;
    }
};
using TrappingSet = TrappingSetOf<double, Outcome>;

}  // namespace modecollapse
