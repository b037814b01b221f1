// The result of `trajectory`: members of any family over time.
#pragma once

#include "host/report/members.hpp"

namespace modecollapse {

// starts: may a family's members begin at a given start, whose id is -1?
enum class Starts { drawn, given_too };
Result trajectory_result(const Family& family, const Schema& schema, const SeriesRequest& request, const Series& series,
                         Starts starts);

// A line a member and time, and a line a member.
Table trajectory_table(const Result& result, const Series& series);
Table fate_table(const Result& result, const Series& series);

}  // namespace modecollapse
