// An ensemble of linear VAEs.
#pragma once

#include "host/families/family.hpp"
#include "host/families/linear_vae/options.hpp"

namespace modecollapse {

Schema linear_vae_schema(const Settings& settings);

class LinearVaeEnsemble : public Ensemble {
public:
    explicit LinearVaeEnsemble(const Settings& settings);  // throws std::domain_error

    std::vector<Tally> run(const Ids& ids, const Backend& backend, const RunControl& control) const override;
    Series follow(const SeriesRequest& request, const Backend& backend) const override;
    double work_of_a_member() const override;
    double bytes_of_a_thread() const override;
    std::uint64_t members_at_once(const Backend& backend) const override;
    std::uint64_t unit_of_members() const override { return linear_vae::is_flow(problem_.dynamics) ? 1 : 8; }
    bool records_members() const override { return false; }  // chunk by chunk only

protected:
    std::uint64_t equal_steps() const override;
    void make_steps(std::uint64_t members, std::uint64_t steps, const Backend& backend) const override;

private:
    Schema schema_;
    linear_vae::Payload problem_;
    LinearVaeReading of_;
};

}  // namespace modecollapse
