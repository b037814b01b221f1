// What the cells of a sweep are counted by, when their settings differ: one schema with all that any of them has.
#pragma once

#include "host/families/tally.hpp"

namespace modecollapse {

// Classes, histograms, events and quantities of both, by their names; the larger of two sizes. Throws std::domain_error
// if a class plays another role in one of them.
Schema common_schema(const Schema& first, const Schema& second);

// A tally by `from` as one by `to`, which has all that `from` has.
Tally laid_out(const Tally& tally, const Schema& from, const Schema& to);

// Is that what a schema has, at settings that can have it?
bool has_histogram(const Schema& schema, const std::string& name);
bool has_events(const Schema& schema, const std::string& name);

}  // namespace modecollapse
