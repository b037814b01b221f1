// What a step of stochastic gradient descent on K components is computed in (sampler.hpp).
#pragma once

#include "modecollapse/components/draws.hpp"
#include "modecollapse/components/field.hpp"
#include "modecollapse/random/normal_variates.hpp"

namespace modecollapse::components {

template <class Real>
struct SamplerMemory {
    MC_HOST_DEVICE SamplerMemory(const Payload& problem, Real* memory) {
        const int k = problem.components, modes = problem.modes, axes = frame_size(problem);
        Pieces<Real> pieces(memory);
        mean_ = pieces.rows(k, axes);
        next_ = pieces.rows(k, axes);
        noise_ = pieces.rows(k, axes);
        sample_ = pieces.take(axes);
        product_ = pieces.rows(k, k);
        overlap_ = pieces.rows(k, modes);
        own_ = pieces.rows(k, k);
        target_ = pieces.rows(k, modes);
        outside_root_ = pieces.rows(k, k);
        weight_ = pieces.take(k);
        log_weight_ = pieces.take(k);
        slope_ = pieces.take(k);
        logit_ = pieces.take(k > modes ? k : modes);
        own_base_ = pieces.take(k);
        target_base_ = pieces.take(modes);
        if (trains_variances(problem))
            for (Real** of_components : {&variance_, &log_variance_, &stretch_, &walk_, &base_, &along_})
                *of_components = pieces.take(k);
        words_ = pieces.used();
    }
    MC_HOST_DEVICE static std::uint64_t words(const Payload& problem) { return SamplerMemory(problem, nullptr).words_; }

protected:
    Rows<Real> mean_, next_, noise_;       // (K, axes): before and after the step, and mean noise of the batches
    Rows<Real> product_, overlap_;         // (K, K), (K, K*): mu_i.mu_j, mu_i.nu_k
    Rows<Real> own_, target_;              // r (K, K), rho (K, K*), of the batches
    Rows<Real> outside_root_;              // (K, K): what leaves the frame, in a frame of its own
    Real* sample_;                         // (axes)
    Real *weight_, *log_weight_, *slope_;  // (K)
    Real* logit_;                          // (max(K, K*))
    Real *own_base_, *target_base_;        // (K), (K*): of the logits, what no sample changes
    // With trained variances, (K): v and log v; means of 2/w dF/dlog v, and length of the noise outside; of a component
    // under another t's constant, and products with a sample.
    Real *variance_ = nullptr, *log_variance_ = nullptr, *stretch_ = nullptr, *walk_ = nullptr, *base_ = nullptr,
         *along_ = nullptr;
    std::uint64_t words_;
};

}  // namespace modecollapse::components
