// What members were counted and measured by, as fields: events, means of quantities with their standard errors, histograms.
#pragma once

#include "host/families/common_schema.hpp"
#include "host/report/result.hpp"

namespace modecollapse {

// A tally a point; at one where the settings cannot have something it is told as no value.
class TallyFields {
public:
    // schema: of all points. members: "trajectories".
    TallyFields(const Schema& schema, std::string members);

    void add(const Tally& tally, const Schema& at_this_point);  // of the next point, by the schema of all

    // Over `dimensions`, whose points were added in their order; histograms have one more, of their own name, which `result`
    // is given with its coordinate.
    std::vector<Field> fields(const Names& dimensions, Result& result);

private:
    Schema schema_;
    std::string members_;
    std::vector<std::vector<std::int64_t>> events_, histograms_;  // (events, points), (histograms, points and bins)
    std::vector<std::vector<double>> means_, errors_;             // (quantities, points)
};

}  // namespace modecollapse
