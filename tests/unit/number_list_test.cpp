// Numbers as users write them (host/options/number_list.hpp).
#include "host/options/number_list.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace modecollapse {
namespace {

TEST(NumberList, ZeroHasNoSign) {
    // "-0" would be read back from TOML as the whole number 0: another text, another key of the cache
    for (const char* text : {"-0", "-0.0", "0/-3"}) EXPECT_FALSE(std::signbit(parse_number(text))) << text;
    for (const char* text : {"-0.3:0.3:0.1", "-0.0,-0", "-1:1:0.5"})
        for (const double value : parse_list(text)) EXPECT_FALSE(value == 0.0 && std::signbit(value)) << text;
}

TEST(NumberList, KeepsTheSignOfWhatIsNotZero) {
    EXPECT_EQ(parse_number("-1/4"), -0.25);
    EXPECT_TRUE(std::signbit(parse_number("-5e-308")));
}

TEST(NumberList, RefusesWhoseInverseMayBeInfinite) {
    for (const char* text : {"1e-320", "-5e-324", "1e-300/1e10"})
        EXPECT_THROW(parse_number(text), std::invalid_argument) << text;
    EXPECT_TRUE(std::isfinite(1.0 / parse_number("2.3e-308")));
}

TEST(NumberList, LogarithmicRangesEndWhereTheySay) {
    // 0.3 * (7 / 0.3) is above 7, which may be all that is allowed
    for (const char* text : {"log:0.3:7:5", "log:0.1:0.9999:2", "log:3:3:2"}) {
        const std::vector<double> values = parse_list(text);
        EXPECT_EQ(values.front(), parse_number(split(text, ':')[1])) << text;
        EXPECT_EQ(values.back(), parse_number(split(text, ':')[2])) << text;
        EXPECT_EQ(static_cast<double>(values.size()), parse_number(split(text, ':')[3])) << text;
    }
}

}  // namespace
}  // namespace modecollapse
