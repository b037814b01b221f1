// An ensemble of trainings of a VAE.
#pragma once

#include "host/families/trained_encoders.hpp"
#include "host/families/vae/options.hpp"

namespace modecollapse {

Schema vae_schema(const Settings& settings);

class VaeEnsemble : public TrainedEncoders<vae::Task, vae::Monitor> {
public:
    explicit VaeEnsemble(const Settings& settings);  // throws std::domain_error

    double work_of_a_member() const override;
    double bytes_of_a_thread() const override;

private:
    explicit VaeEnsemble(const VaeRun& run);
    vae::Task task_of(std::uint64_t seed, std::uint64_t first, std::uint64_t count) const override;

    VaeRun run_;
};

}  // namespace modecollapse
