// Sizes K and K* that a program is compiled for, or AnySizes: the same text, whose loops then have known lengths and whose
// sums over nodes or samples lie in registers. Bits do not depend on it.
//
// A program asks for `components` and `modes`, 0 where any are meant; a copy of the problem by of() tells the compiler
// the rest, where everything is inlined (GPU).
#pragma once

#include "modecollapse/components/problem.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse::components {

struct AnySizes {
    static constexpr int components = 0, modes = 0;
    MC_HOST_DEVICE static const Payload& of(const Payload& problem) { return problem; }
};

// With variances that are not trained.
template <int k, int modes_of_target>
struct Sizes {
    static constexpr int components = k, modes = modes_of_target;
    MC_HOST_DEVICE static bool are_of(const Payload& problem) {
        return problem.components == components && problem.modes == modes && !trains_variances(problem);
    }
    MC_HOST_DEVICE static Payload of(const Payload& problem) {
        Payload sized = problem;
        sized.components = components;
        sized.modes = modes;
        sized.variances = Variances::fixed;
        return sized;
    }
};

// f(sizes) of this problem: K from 2 to 4 have programs of their own for 2 <= K* <= K.
template <class Function>
MC_HOST_DEVICE void with_sizes(const Payload& problem, const Function& f) {
    const auto is = [&](auto sizes) {
        if (!problem.compiled_sizes || !sizes.are_of(problem)) return false;
        f(sizes);
        return true;
    };
    const bool done = is(Sizes<2, 2>{}) || is(Sizes<3, 2>{}) || is(Sizes<3, 3>{}) || is(Sizes<4, 2>{}) ||
                      is(Sizes<4, 3>{}) || is(Sizes<4, 4>{});
    if (!done) f(AnySizes{});
}

}  // namespace modecollapse::components
