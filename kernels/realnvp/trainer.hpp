// A RealNVP member in memory of its own: what the ensemble and the single-member calls share.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

#include "kernels/realnvp/ensemble.hpp"
#include "kernels/realnvp/lanes.hpp"

namespace modecollapse {

// The code path of an instruction set. Throws std::invalid_argument for one that this machine lacks.
RealnvpLanes realnvp_lanes_for(const char* isa);

class RealnvpTrainer {
public:
    RealnvpTrainer(const RealnvpProblem& problem, Precision precision, std::uint64_t seed, RealnvpLanes lanes,
                   const StopRequest* stop = nullptr);

    // Takes up member `id` at its start, or with the given parameters and, if not null, moments (n).
    void start(std::uint64_t id);
    void restore(std::uint64_t id, const double* parameters, const double* first_moment, const double* second_moment);

    RealnvpAnswer call(RealnvpTaskKind kind, std::uint64_t first, std::uint64_t count);
    RealnvpAnswer call(const RealnvpCall& call) const { return lanes_(call); }
    RealnvpCall prepared(RealnvpTaskKind kind) const;

    // Any of them may be null. (n)
    void parameters(double* parameters, double* first_moment, double* second_moment) const;
    void gradient(double* gradient) const;

private:
    struct Release {
        void operator()(std::byte* memory) const;
    };
    const RealnvpProblem& problem_;
    Precision precision_;
    std::uint64_t seed_, id_ = 0;
    RealnvpLanes lanes_;
    const StopRequest* stop_;
    std::unique_ptr<std::byte, Release> memory_;
};

}  // namespace modecollapse
