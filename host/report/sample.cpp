#include "host/report/sample.hpp"

namespace modecollapse {

Result sample_result(const RealnvpPoints& points, std::size_t dimension, PointsOf origin, std::uint64_t steps) {
    Result result;
    result.dimensions = {{"sample", points.log_q.size()}, {"coordinate", dimension}};
    result.rows = {"sample"};
    std::vector<std::int64_t> coordinates(dimension);
    for (std::size_t k = 0; k < dimension; ++k) coordinates[k] = static_cast<std::int64_t>(k + 1);
    result.add(field("coordinate", {"coordinate"}, "number of the coordinate", coordinates)
                   .only(file_form)
                   .of_kind(FieldKind::coordinate));
    result.add(field("x", {"sample", "coordinate"}, origin == PointsOf::user ? "point looked at" : "sample of the flow",
                     points.x)
                   .as("samples"));
    result.add(field("log_q", {"sample"}, "log density of the flow", points.log_q));
    result.add(field("log_p", {"sample"}, "log density of the target", points.log_p));
    result.add(whole("steps", "steps that the training of the member has made", static_cast<std::int64_t>(steps)));
    return result;
}

void add_modes(Result& result, const std::vector<std::vector<double>>& modes, const std::vector<double>& weights) {
    std::vector<double> coordinates;
    for (const std::vector<double>& mode : modes) coordinates.insert(coordinates.end(), mode.begin(), mode.end());
    result.dimensions.emplace_back("mode", weights.size());
    result.add(field("modes", {"mode", "coordinate"}, "modes of the target", coordinates));
    result.add(field("mode_weights", {"mode"}, "weights of the modes", weights));
}

}  // namespace modecollapse
