// An ensemble of trainings of a VAE.
#pragma once

#include "host/families/family.hpp"
#include "host/families/vae/options.hpp"
#include "host/families/vae/saved_run.hpp"

namespace modecollapse {

Schema vae_schema(const Settings& settings);

class VaeEnsemble : public Ensemble {
public:
    explicit VaeEnsemble(const Settings& settings);  // throws std::domain_error

    std::vector<Tally> run(const Ids& ids, const Backend& backend, const RunControl& control) const override;
    RecordedRun run_recorded(const Ids& ids, const Backend& backend, const RunControl& control,
                             SavedRun* saved) const override;
    Series follow(const SeriesRequest& request, const Backend& backend) const override;
    double work_of_a_member() const override;
    double bytes_of_a_thread() const override;
    double bytes_of_a_member() const override { return 500.0; }

private:
    struct Members;
    MemberEnd end_of(const Members& members, std::uint64_t i, std::uint64_t made) const;
    void train_all(Members& members, const Ids& ids, const Backend& backend, const RunControl& control,
                   const SavedVaes* saved) const;

    Schema schema_;
    VaeRun run_;
};

}  // namespace modecollapse
