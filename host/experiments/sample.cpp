#include "host/experiments/sample.hpp"

namespace modecollapse {

RealnvpPoints drawn_points(const RealnvpMember& member, const char* isa, std::uint64_t skip, std::uint64_t count) {
    RealnvpPoints points = {std::vector<double>(count * member.problem->shape.dimension), std::vector<double>(count),
                            std::vector<double>(count)};
    realnvp_sample(member, isa, nullptr, skip, count, points.x.data(), points.log_q.data(), points.log_p.data());
    return points;
}

RealnvpPoints points_looked_at(const RealnvpMember& member, const char* isa, const std::vector<double>& x) {
    const std::size_t count = x.size() / member.problem->shape.dimension;
    RealnvpPoints points = {x, std::vector<double>(count), std::vector<double>(count)};
    std::vector<double> moved = x;  // becomes the base samples
    realnvp_density(member, isa, moved.data(), count, points.log_q.data(), points.log_p.data());
    return points;
}

}  // namespace modecollapse
