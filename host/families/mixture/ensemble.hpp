// An ensemble of trajectories of the mixture: the gradient flow, SGD or its diffusion approximation.
#pragma once

#include "host/families/family.hpp"
#include "host/families/mixture/measured_ends.hpp"
#include "host/families/mixture/options.hpp"

namespace modecollapse {

Schema mixture_schema(const Settings& settings);

class MixtureMembers : public Ensemble {
public:
    explicit MixtureMembers(const Settings& settings);  // throws std::domain_error

    std::vector<Tally> run(const Ids& ids, const Backend& backend, const RunControl& control) const override;
    Series follow(const SeriesRequest& request, const Backend& backend) const override;
    double work_of_a_member() const override;
    double bytes_of_a_thread() const override;
    std::uint64_t members_at_once(const Backend& backend) const override;
    std::uint64_t unit_of_members() const override;
    bool records_members() const override { return is_sgd(); }
    double predicted_seconds(std::uint64_t members, const Backend& backend) const override;

    std::shared_ptr<const MixtureSetup> setup() const;  // shared by all that differ in the dimension only
    Tally tally_of(const OutcomeCounts& counts) const;  // quantities as far as the counts tell them
    double dimension() const { return run_.dimension; }

private:
    struct Prepared {
        MixtureSetup setup;
        MeasuredEnds ends;
    };
    std::shared_ptr<const Prepared> prepared() const;
    Tally run_part(const Prepared& made, EnsembleRequest request, const Backend& backend,
                   const RunControl& control) const;
    bool is_sgd() const { return run_.settings.sampled.dynamics != Dynamics::flow; }

    Schema schema_;
    MixtureRun run_;
    std::string key_;
};

}  // namespace modecollapse
