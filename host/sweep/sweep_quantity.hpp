// What a sweep computes in every cell: P(collapse) of an ensemble, exact numbers by theory, or a critical value. The rest
// of a sweep knows cells by their schema, their ensemble and their fields only; a cell that is no ensemble is one member,
// whose numbers are the quantities of its tally: journal, ranks and shards carry them as they are.
#pragma once

#include "host/families/family.hpp"
#include "host/options/configuration.hpp"
#include "host/report/result.hpp"

namespace modecollapse {

struct SweepPlan;
class SweepState;

// Of the members behind a cell.
struct FailedShare {
    double failed = 0.0, members = 0.0;
    double share = 0.0;
    bool known = true;  // what the cell is asked for
};

class SweepQuantity {
public:
    virtual ~SweepQuantity() = default;

    virtual const char* name() const = 0;     // of the key `quantity`
    virtual unsigned command() const = 0;     // whose options a cell takes
    virtual const char* title() const = 0;    // of the result
    virtual bool counts_members() const = 0;  // trajectories, adaptive numbers and looks make sense

    virtual Schema schema(const Family& family, const Settings& settings) const = 0;
    virtual std::shared_ptr<const Ensemble> make(const Family& family, const Settings& settings) const = 0;

    virtual bool is_sampled() const { return counts_members(); }  // on any backend of the family

    // Throws UsageError, naming it, for what does not go together; options: of the cell at a corner of the grid.
    virtual void check(const Family& family, const Configuration& options) const = 0;

    virtual FailedShare failed_share(const SweepPlan& plan, const Tally& tally) const = 0;

    // Fields over the grid's dimensions, and what they need besides.
    virtual std::vector<Field> fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                                      Result& result) const = 0;
};

const SweepQuantity& sampled_quantity();    // P(collapse) of an ensemble
const SweepQuantity& sobol_quantity();      // the same from Sobol points: with sampling = "sobol"
const SweepQuantity& exact_quantity();      // by theory
const SweepQuantity& threshold_quantity();  // R_c, or the critical value of another option

// By its name, or null; and all names.
const SweepQuantity* sweep_quantity_named(const std::string& name);
std::vector<std::string> sweep_quantity_names();

}  // namespace modecollapse
