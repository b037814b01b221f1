// The body of a CUDA kernel, run by a team of CPU threads, against the CPU backend: the same bits for teams of every size.
#pragma once

#include <gtest/gtest.h>

#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse::support {

// by_cpu(precision): of member 4. by_team(a number of the precision's type, precision, member, threads). Twin: another member.
template <class ByCpu, class ByTeam>
void expect_bits_of_cpu(const ByCpu& by_cpu, const ByTeam& by_team) {
    const auto compare = [&](Precision precision, auto number) {
        const auto expected = by_cpu(precision);
        EXPECT_TRUE(by_team(number, precision, 4, 1) == expected);
        EXPECT_TRUE(by_team(number, precision, 4, 3) == expected);
        EXPECT_FALSE(by_team(number, precision, 5, 1) == expected);
    };
    compare(Precision::double_precision, double());
    compare(Precision::single_precision, float());
}

}  // namespace modecollapse::support
