// An ensemble of K components.
#pragma once

#include "host/components/setup.hpp"
#include "host/families/family.hpp"
#include "modecollapse/components/outcome.hpp"

namespace modecollapse {

Schema components_schema(const Settings& settings);

// Of the schema's classes: covered, lost_1, ..., undecided, failed.
int components_class(const components::Payload& problem, const components::Ending& end);

class ComponentsEnsemble : public Ensemble {
public:
    explicit ComponentsEnsemble(const Settings& settings);  // throws std::domain_error

    std::vector<Tally> run(const Ids& ids, const Backend& backend, const RunControl& control) const override;
    Series follow(const SeriesRequest& request, const Backend& backend) const override;
    double work_of_a_member() const override;
    double bytes_of_a_thread() const override;
    std::uint64_t members_at_once(const Backend& backend) const override;
    std::uint64_t unit_of_members() const override;
    bool records_members() const override { return false; }  // chunk by chunk only

protected:
    std::uint64_t equal_steps() const override;
    void make_steps(std::uint64_t members, std::uint64_t steps, const Backend& backend) const override;

private:
    Schema schema_;
    std::shared_ptr<const components::Setup> setup_;
};

}  // namespace modecollapse
