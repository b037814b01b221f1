// An ensemble of trainings of a RealNVP flow.
#pragma once

#include "host/families/family.hpp"
#include "host/families/realnvp/options.hpp"

namespace modecollapse {

enum class RealnvpQuantity {
    projected_variance,
    reverse_kl,
    effective_samples,
    entropic_coverage,
    weight_error
};  // of the schema, in its order
Schema realnvp_schema(const Settings& settings);

class RealnvpEnsemble : public Ensemble {
public:
    explicit RealnvpEnsemble(const Settings& settings);  // throws std::domain_error

    std::vector<Tally> run(const Ids& ids, const Backend& backend, const RunControl& control) const override;
    RecordedRun run_recorded(const Ids& ids, const Backend& backend, const RunControl& control,
                             SavedRun* saved) const override;
    Series follow(const SeriesRequest& request, const Backend& backend) const override;
    double work_of_a_member() const override { return work_of_a_training(run_.training); }
    double bytes_of_a_thread() const override { return memory_of_a_training(problem_, run_.precision); }
    double bytes_of_a_member() const override { return 500.0; }
    std::uint64_t members_at_once(const Backend& backend) const override {
        return backend.cuda ? 256 : static_cast<std::uint64_t>(backend.threads);
    }

protected:
    std::uint64_t equal_steps() const override { return problem_.steps; }
    void make_steps(std::uint64_t members, std::uint64_t steps, const Backend& backend) const override;

private:
    int class_of(std::uint8_t outcome, const RealnvpMonitor& monitor) const;  // of the schema
    MemberEnd end_of(std::uint8_t outcome, std::uint64_t steps, const RealnvpMonitor& monitor) const;

    Schema schema_;
    RealnvpRun run_;
    std::shared_ptr<const PlacedModes> modes_;  // or null
    RealnvpProblem problem_;
};

}  // namespace modecollapse
