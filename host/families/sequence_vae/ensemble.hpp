// An ensemble of trainings of a sequence VAE.
#pragma once

#include "host/families/sequence_vae/options.hpp"
#include "host/families/trained_encoders.hpp"

namespace modecollapse {

Schema sequence_schema(const Settings& settings);

class SequenceEnsemble : public TrainedEncoders<sequence::Task, sequence::Monitor> {
public:
    explicit SequenceEnsemble(const Settings& settings);  // throws std::domain_error

    double work_of_a_member() const override;
    double bytes_of_a_thread() const override;

private:
    explicit SequenceEnsemble(const SequenceRun& run);
    sequence::Task task_of(std::uint64_t seed, std::uint64_t first, std::uint64_t count) const override;

    SequenceRun run_;
};

}  // namespace modecollapse
