// Trains and evaluates one RealNVP member on one thread. Samples stand in the SIMD lanes; what a member computes does
// not depend on the instruction set (kernels/lanes/panel_products.hpp), nor on what the thread did before.
//
// This file is compiled once per instruction set, with MC_REALNVP_LANES_FUNCTION naming the result. It must not
// instantiate inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
// tests/unit/isa_symbols checks the object files.
#include "kernels/realnvp/lanes.hpp"

#include "kernels/lanes/philox_pack.hpp"
#include "kernels/realnvp/network.hpp"
#include "kernels/realnvp/pass.hpp"
#include "kernels/training/descent.hpp"
#include "modecollapse/random/random123_words.hpp"

#ifndef MC_REALNVP_LANES_FUNCTION
#define MC_REALNVP_LANES_FUNCTION realnvp_lanes_baseline
#endif

namespace modecollapse {
namespace {

template <class Number>
class Member {
    using T = ScalarOf<Number>;
    using Row = typename PanelRow<Number>::Type;
    static constexpr int lanes = panel_lanes<T>;
    static constexpr int normal_width = register_bytes / 8;

public:
    explicit Member(const RealnvpCall& call)
        : call_(call),
          problem_(*call.problem),
          m_(realnvp_memory<T>(problem_, call.memory)),
          pass_(problem_, m_, PanelNetworks<Number>(problem_, m_, call.stop)),
          d_(problem_.shape.dimension) {
        for (std::uint64_t& id : ids_) id = call.member;
    }

    RealnvpAnswer answer() {
        switch (call_.kind) {
            case RealnvpTaskKind::prepare:
                start_parameters();
                [[fallthrough]];
            case RealnvpTaskKind::restore:
                for (std::uint32_t layer = 0; layer < problem_.shape.layers; ++layer)
                    coupling_order(problem_.shape, Random123Words{}, call_.seed, call_.member, layer,
                                   m_.order + static_cast<std::uint64_t>(layer) * d_);
                return {0, true, 0.0};
            case RealnvpTaskKind::train:
                return train();
            case RealnvpTaskKind::gradient:
                return gradient(call_.first, call_.x);
            case RealnvpTaskKind::sample:
                return {0, true, 0.0, !sample()};
            case RealnvpTaskKind::density:
                return {0, true, 0.0, !density()};
        }
        return {0, true, 0.0};
    }

private:
    void start_parameters() {
        for (std::uint64_t i = 0; i < m_.padded_parameters; ++i)
            m_.parameters[i] = m_.first_moment[i] = m_.second_moment[i] = T(0);
        draw_start(problem_, Random123Words{}, call_.seed, call_.member, 0, 1, m_.parameters);
    }

    // Base samples first .. of a stream into x, and their squared norms; zeros after `count`.
    [[gnu::noinline]] void draw(Purpose purpose, std::uint64_t first, std::uint64_t count) {
        const PhiloxNormals<normal_width> normals(call_.seed, ids_);
        const std::uint64_t blocks = blocks_per_flow_sample(d_);
        const int panels = panels_of(count);
        for (int p = 0; p < panels; ++p)
            for (int l = 0; l < lanes; l += normal_width)
                for (std::uint64_t c = 0; c < blocks; ++c) {
                    const std::uint64_t sample = first + static_cast<std::uint64_t>(p) * lanes + l;
                    const auto z = normals(purpose, sample * blocks + c, blocks);
                    for (std::uint64_t i = 0; i < 4 && 4 * c + i < d_; ++i) put(z.value[i], row(p, 4 * c + i) + l);
                }
        for (std::uint64_t i = count; i < static_cast<std::uint64_t>(panels) * lanes; ++i)
            for (std::uint64_t k = 0; k < d_; ++k) row(static_cast<int>(i / lanes), k)[i % lanes] = T(0);
        pass_.square(panels);
    }

    [[gnu::always_inline]] static inline void put(const Pack<double, normal_width>& z, T* to) {
        if constexpr (sizeof(T) == 8)
            store(z, to);
        else
            store(to_single(z), to);
    }

    // (count, d) of the caller into x, zeros after; and back.
    void take(const double* x, std::uint64_t count) {
        for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(panels_of(count)) * lanes; ++i)
            for (std::uint64_t k = 0; k < d_; ++k)
                row(static_cast<int>(i / lanes), k)[i % lanes] = i < count ? static_cast<T>(x[i * d_ + k]) : T(0);
    }
    void give(double* x, std::uint64_t count) const {
        for (std::uint64_t i = 0; i < count; ++i)
            for (std::uint64_t k = 0; k < d_; ++k)
                x[i * d_ + k] = static_cast<double>(row(static_cast<int>(i / lanes), k)[i % lanes]);
    }

    // The gradient at the parameters as they are, of the batch of a step or of given base samples (batch, d). Finite:
    // the loss is.
    RealnvpAnswer gradient(std::uint64_t step, const double* given) {
        const bool path = problem_.estimator == Estimator::pathwise;
        const double beta = beta_at_step(problem_, step);
        for (std::uint64_t i = 0; i < m_.padded_parameters; ++i) m_.gradient[i] = T(0);
        pass_.networks().pack(true);
        double loss = 0.0;
        for (std::uint64_t first = 0; first < problem_.batch; first += tile()) {
            if (is_due(call_.stop)) return {0, true, 0.0, true};
            const std::uint64_t count = problem_.batch - first < tile() ? problem_.batch - first : tile();
            const int panels = panels_of(count);
            if (given) {
                take(given + first * d_, count);
                pass_.square(panels);
            } else {
                draw(Purpose::realnvp_batch, step * problem_.batch + first, count);
            }
            pass_.forward(panels, path);
            pass_.base_density(panels);
            pass_.target(panels);
            for (std::uint64_t i = 0; i < count; ++i)
                loss += static_cast<double>(m_.log_q[i]) - beta * static_cast<double>(m_.log_p[i]);
            pass_.add_gradient(panels, count, beta, path);
        }
        if (is_due(call_.stop)) return {0, true, 0.0, true};
        loss /= static_cast<double>(problem_.batch);
        return {1, loss - loss == 0.0, loss};
    }

    RealnvpAnswer train() {
        const DescentArrays<T> arrays = {m_.parameters, m_.first_moment, m_.second_moment, m_.gradient,
                                         m_.padded_parameters};
        return train_steps<RealnvpAnswer>(
            call_.first, call_.count, [&](std::uint64_t step) { return gradient(step, nullptr); },
            [&](std::uint64_t step) { return descend<Number>(problem_.optimizer, step, problem_.steps, arrays); });
    }

    // Samples first .. first + count - 1 of a stream, or those of given base samples. False: given up.
    bool sample() {
        pass_.networks().pack(false);
        for (std::uint64_t done = 0; done < call_.count; done += tile()) {
            if (is_due(call_.stop)) return false;
            const std::uint64_t count = call_.count - done < tile() ? call_.count - done : tile();
            if (call_.z) {
                take(call_.z + done * d_, count);
                pass_.square(panels_of(count));
            } else {
                draw(call_.purpose, call_.first + done, count);
            }
            pass_.forward(panels_of(count), false);
            pass_.base_density(panels_of(count));
            pass_.target(panels_of(count));
            record(done, count);
        }
        return !is_due(call_.stop);
    }

    // log q and log p at given points; x becomes the base samples. False: given up.
    bool density() {
        pass_.networks().pack(false);
        for (std::uint64_t done = 0; done < call_.count; done += tile()) {
            if (is_due(call_.stop)) return false;
            const std::uint64_t count = call_.count - done < tile() ? call_.count - done : tile();
            take(call_.x + done * d_, count);
            pass_.target(panels_of(count));
            pass_.inverse(panels_of(count));
            pass_.square(panels_of(count));
            pass_.base_density(panels_of(count));
            record(done, count);
        }
        return !is_due(call_.stop);
    }

    void record(std::uint64_t done, std::uint64_t count) const {
        if (call_.x) give(call_.x + done * d_, count);
        for (std::uint64_t i = 0; i < count; ++i) {
            if (call_.log_q) call_.log_q[done + i] = static_cast<double>(m_.log_q[i]);
            if (call_.log_p) call_.log_p[done + i] = static_cast<double>(m_.log_p[i]);
            if (!call_.along) continue;
            const std::uint64_t span = problem_.modes.span;
            for (std::uint64_t a = 0; a < span; ++a)
                call_.along[(done + i) * span + a] =
                    static_cast<double>(m_.along[(i / lanes * span + a) * lanes + i % lanes]);
        }
    }

    std::uint64_t tile() const { return m_.panels * lanes; }
    static int panels_of(std::uint64_t samples) { return static_cast<int>((samples + lanes - 1) / lanes); }
    T* row(int p, std::uint64_t k) const { return m_.x + (static_cast<std::uint64_t>(p) * d_ + k) * lanes; }

    const RealnvpCall& call_;
    const RealnvpProblem& problem_;
    const RealnvpMemory<T> m_;
    const RealnvpPass<PanelNetworks<Number>> pass_;
    std::uint64_t d_;
    std::uint64_t ids_[normal_width];
};

}  // namespace

RealnvpAnswer MC_REALNVP_LANES_FUNCTION(const RealnvpCall& call) {
    if (call.precision == Precision::single_precision) return Member<Pack<float, register_bytes / 4>>(call).answer();
    return Member<Pack<double, register_bytes / 8>>(call).answer();
}

}  // namespace modecollapse
