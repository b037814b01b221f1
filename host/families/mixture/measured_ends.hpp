// The quantities of the mixture's schema, of trajectories by where they ended.
//
// Whatever is known of a whole class without looking at its members costs nothing: in the limit reading of the gradient
// flow every trajectory that a trap holds goes to the attractor of its class.
#pragma once

#include <vector>

#include "host/families/mixture/measures.hpp"
#include "host/mixture/ends.hpp"

namespace modecollapse {

// Room for what a piece of an ensemble leaves: as much of an EndRecord as is asked for here.
struct RecordedEnds {
    explicit RecordedEnds(std::uint64_t members)
        : outcome(members), m1(members), m2(members), time(members), weight1(members) {}
    EndRecord record();

    std::vector<std::uint8_t> outcome;
    std::vector<double> m1, m2, time, weight1;
};

class MeasuredEnds {
public:
    explicit MeasuredEnds(const MixtureSetup& setup);

    // Are the counts enough? Else members have to be recorded.
    bool are_known_by_class() const { return by_class_; }
    void add_by_class(const Schema& schema, Tally& tally) const;  // of a tally that has its classes

    // Member i of a record, by the rows of mixture_measures(); NaN of a failed one.
    void measure(const RecordedEnds& ends, std::uint64_t i, std::vector<double>& quantities) const;

private:
    void measure(double m1, double m2, double weight1, std::vector<double>& quantities) const;

    double target_weight_, trapped_before_;  // a gradient flow that ends earlier has been trapped
    bool by_class_;
    FastExpectations expectations_;
    std::vector<double> of_class_[outcome_count];  // empty: no attractor is known
};

}  // namespace modecollapse
