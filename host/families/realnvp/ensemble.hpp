// An ensemble of trainings of a RealNVP flow.
#pragma once

#include "host/families/family.hpp"
#include "host/families/realnvp/options.hpp"

namespace modecollapse {

Schema realnvp_schema(const Settings& settings);

class RealnvpEnsemble : public Ensemble {
public:
    explicit RealnvpEnsemble(const Settings& settings);  // throws std::domain_error

    std::vector<Tally> run(const Ids& ids, const Backend& backend, const RunControl& control) const override;
    double work_of_a_member() const override { return work_of_a_training(run_.training); }
    double bytes_of_a_thread() const override { return memory_of_a_training(problem_, run_.precision); }
    std::uint64_t members_at_once(const Backend& backend) const override {
        return backend.cuda ? 256 : static_cast<std::uint64_t>(backend.threads);
    }

private:
    Schema schema_;
    RealnvpRun run_;
    RealnvpProblem problem_;
};

}  // namespace modecollapse
