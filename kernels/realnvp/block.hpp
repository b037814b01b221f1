// What a CUDA block does for the RealNVP ensemble: one member, its samples side by side over the threads.
//
// Host + device, so that the same text runs on the CPU with a team of one in tests/parity/realnvp_block_test.cpp, where
// no GPU is needed. Every sum has the order that it has on the CPU (kernels/lanes/panel_products.hpp, lanes.cpp), so a
// member has the same bits on both backends.
//
// Arrays are (rows, samples of a tile): neighbouring threads read neighbouring samples. Team: index(), size(), sync().
#pragma once

#include "kernels/realnvp/lanes.hpp"
#include "kernels/realnvp/pass.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse {

template <class T_, class Team>
class BlockNetworks {
public:
    using T = T_;
    using Row = T;
    static constexpr int lanes = 1;
    static constexpr bool takes_modes = false;  // run_realnvp_on_cuda refuses targets of K* modes
    static constexpr int sum_lanes =
        static_cast<int>(panel_bytes / sizeof(T));  // of a panel on the CPU, whose sums have this order

    MC_HOST_DEVICE BlockNetworks(const RealnvpProblem& problem, const RealnvpMemory<T>& memory, std::uint64_t samples,
                                 const Team& team)
        : shape_(problem.shape), m_(memory), samples_(static_cast<long>(samples)), team_(team) {}

    MC_HOST_DEVICE int index() const { return team_.index(); }
    MC_HOST_DEVICE int size() const { return team_.size(); }
    MC_HOST_DEVICE void sync() const { team_.sync(); }
    MC_HOST_DEVICE long row(int p, int, int r) const { return r * samples_ + p; }

    MC_HOST_DEVICE T* passive(std::uint32_t layer) const { return m_.passive + layer * samples_ * half_of(shape_); }
    MC_HOST_DEVICE T* active(std::uint32_t layer) const { return m_.active + layer * samples_ * half_of(shape_); }
    MC_HOST_DEVICE T* output(std::uint32_t layer) const { return m_.output + layer * samples_ * shape_.dimension; }
    MC_HOST_DEVICE T* hidden(std::uint32_t layer, std::uint32_t i) const {
        return m_.hidden + (static_cast<long>(layer) * shape_.depth + i) * samples_ * shape_.width;
    }
    MC_HOST_DEVICE T* delta_hidden(std::uint32_t i) const { return m_.delta_hidden + i * samples_ * shape_.width; }

    MC_HOST_DEVICE_CALL void forward(std::uint32_t layer, int panels) const {
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            const T *w = m_.parameters + matrix.weights, *b = m_.parameters + matrix.biases;
            const T* x = i == 0 ? passive(layer) : hidden(layer, i - 1);
            T* y = i == shape_.depth ? output(layer) : hidden(layer, i);
            for_each_element(matrix.outputs, panels, [&](int p, int r) {
                T sum = b[r];
                for (std::uint32_t k = 0; k < matrix.inputs; ++k)
                    sum = fma(w[static_cast<long>(r) * matrix.inputs + k], x[k * samples_ + p], sum);
                y[r * samples_ + p] = i == shape_.depth ? sum : modecollapse::tanh(sum);
            });
            sync();
        }
    }

    MC_HOST_DEVICE_CALL void reverse(std::uint32_t layer, int panels) const {
        for (std::uint32_t i = shape_.depth + 1; i-- > 0;) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            const T* w = m_.parameters + matrix.weights;
            const T* dy = i == shape_.depth ? m_.delta_output : delta_hidden(i);
            const T* y = i == 0 ? nullptr : hidden(layer, i - 1);
            T* dx = i == 0 ? m_.delta_passive : delta_hidden(i - 1);
            for_each_element(matrix.inputs, panels, [&](int p, int r) {
                T sum = T(0);
                for (std::uint32_t k = 0; k < matrix.outputs; ++k)
                    sum = fma(w[static_cast<long>(k) * matrix.inputs + r], dy[k * samples_ + p], sum);
                const T a = y ? y[r * samples_ + p] : T(0);
                dx[r * samples_ + p] = y ? sum * fma(-a, a, T(1)) : sum;
            });
            sync();
        }
    }

    MC_HOST_DEVICE_CALL void add_gradient(std::uint32_t layer, int panels) const {
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            const T* dy = i == shape_.depth ? m_.delta_output : delta_hidden(i);
            const T* x = i == 0 ? passive(layer) : hidden(layer, i - 1);
            const long weights = static_cast<long>(matrix.outputs) * matrix.inputs;
            for (long at = index(); at < weights; at += size()) {
                const T *d = dy + at / matrix.inputs * samples_, *a = x + at % matrix.inputs * samples_;
                T sum = T(0);
                for (int p = 0; p < padded(panels); ++p) sum = fma(d[p], a[p], sum);
                m_.gradient[matrix.weights + at] += sum;
            }
            for (std::uint32_t r = index(); r < matrix.outputs; r += size()) {
                T lane[sum_lanes] = {};
                for (int p = 0; p < padded(panels); ++p) lane[p % sum_lanes] += dy[r * samples_ + p];
                for (int half = sum_lanes / 2; half > 0; half /= 2)
                    for (int l = 0; l < half; ++l) lane[l] += lane[l + half];
                m_.gradient[matrix.biases + r] += lane[0];
            }
        }
    }

    // The element-wise parts of the two passes where a library does the products, as in wave.hpp. activate: after
    // matrix i of the forward pass; deactivate: before matrix i - 1 of the reverse pass.
    MC_HOST_DEVICE void activate(std::uint32_t layer, std::uint32_t i, int panels) const {
        const NetworkMatrix matrix = network_matrix(shape_, layer, i);
        const T* b = m_.parameters + matrix.biases;
        T* y = i == shape_.depth ? output(layer) : hidden(layer, i);
        for_each_element(matrix.outputs, panels, [&](int p, int r) {
            const T sum = y[r * samples_ + p] + b[r];
            y[r * samples_ + p] = i == shape_.depth ? sum : modecollapse::tanh(sum);
        });
    }
    MC_HOST_DEVICE void deactivate(std::uint32_t layer, std::uint32_t i, int panels) const {
        const T* y = hidden(layer, i - 1);
        T* dx = delta_hidden(i - 1);
        for_each_element(shape_.width, panels, [&](int p, int r) {
            const T a = y[r * samples_ + p];
            dx[r * samples_ + p] *= fma(-a, a, T(1));
        });
    }

    // Samples up to the end of the CPU's last panel: those that are not there are zero in dy.
    MC_HOST_DEVICE static int padded(int samples) { return (samples + sum_lanes - 1) / sum_lanes * sum_lanes; }

private:
    // f(sample, row): samples fastest, so that a warp reads neighbours.
    template <class Function>
    MC_HOST_DEVICE void for_each_element(std::uint32_t rows, int panels, const Function& f) const {
        const long elements = static_cast<long>(rows) * panels;
        for (long at = index(); at < elements; at += size())
            f(static_cast<int>(at % panels), static_cast<int>(at / panels));
    }

    const RealnvpShape& shape_;
    const RealnvpMemory<T>& m_;
    long samples_;
    Team team_;
};

// One member. scratch: a number that all threads see. Words: a word source (random/streams.hpp).
template <class T, class Team, class WordSource>
class RealnvpBlock {
    using Networks = BlockNetworks<T, Team>;
    static constexpr int sum_lanes = Networks::sum_lanes;

public:
    MC_HOST_DEVICE RealnvpBlock(const RealnvpProblem& problem, const RealnvpMemory<T>& memory, std::uint64_t seed,
                                std::uint64_t member, const Team& team, const WordSource& words, double* scratch)
        : problem_(problem),
          m_(memory),
          seed_(seed),
          member_(member),
          team_(team),
          words_(words),
          scratch_(scratch),
          samples_(memory.panels * sum_lanes),
          pass_(problem, m_, Networks(problem, m_, samples_, team)) {}

    MC_HOST_DEVICE const RealnvpPass<Networks>& pass() const { return pass_; }

    MC_HOST_DEVICE_CALL void start() const {
        for (std::uint64_t i = team_.index(); i < m_.padded_parameters; i += team_.size())
            m_.parameters[i] = m_.first_moment[i] = m_.second_moment[i] = T(0);
        team_.sync();
        draw_start(problem_, words_, seed_, member_, team_.index(), team_.size(), m_.parameters);
        order();
    }

    // The masks, for parameters that stand in the memory already.
    MC_HOST_DEVICE void order() const {
        for (std::uint32_t layer = team_.index(); layer < problem_.shape.layers; layer += team_.size())
            coupling_order(problem_.shape, words_, seed_, member_, layer,
                           m_.order + static_cast<std::uint64_t>(layer) * problem_.shape.dimension);
        team_.sync();
    }

    // Steps first .. first + count - 1, up to the first non-finite one. The same answer in every thread.
    MC_HOST_DEVICE_CALL RealnvpAnswer train(std::uint64_t first, std::uint64_t count) const {
        RealnvpAnswer answer = {0, true, 0.0};
        for (; answer.steps < count; ++answer.steps) {
            answer.loss = gradient(first + answer.steps);
            answer.finite = answer.loss - answer.loss == 0.0 && descend(first + answer.steps);
            if (!answer.finite) break;
        }
        return answer;
    }

    // log q, log p and <mu*, x> of samples 0 .. count - 1 of the evaluation stream.
    MC_HOST_DEVICE_CALL void sample(std::uint64_t count, double* log_q, double* log_p, double* along) const {
        for (std::uint64_t done = 0; done < count; done += samples_) {
            const std::uint64_t part = count - done < samples_ ? count - done : samples_;
            const int panels = draw(Purpose::realnvp_evaluation, done, part);
            pass_.forward(panels, false);
            pass_.base_density(panels);
            pass_.target(panels);
            team_.sync();
            write(part, log_q + done, log_p + done, along + done);
            team_.sync();
        }
    }

    // Base samples into x, zeros up to the end of the CPU's last panel; returns their number.
    MC_HOST_DEVICE int draw(Purpose purpose, std::uint64_t first, std::uint64_t count) const {
        const int panels = Networks::padded(static_cast<int>(count));
        const std::uint64_t d = problem_.shape.dimension, blocks = blocks_per_flow_sample(problem_.shape.dimension);
        const LaneNormals<double, WordSource> normals(words_, seed_, &member_);
        for (std::uint64_t i = team_.index(); i < static_cast<std::uint64_t>(panels); i += team_.size())
            for (std::uint64_t c = 0; c < blocks; ++c) {
                const NormalBlock<double> z = normals(purpose, (first + i) * blocks + c);
                for (std::uint64_t k = 0; k < 4 && 4 * c + k < d; ++k)
                    m_.x[(4 * c + k) * samples_ + i] = i < count ? static_cast<T>(z.value[k]) : T(0);
            }
        pass_.square(panels);
        return panels;
    }

    MC_HOST_DEVICE void clear_gradient() const {
        for (std::uint64_t i = team_.index(); i < m_.padded_parameters; i += team_.size()) m_.gradient[i] = T(0);
    }

    // Sum over the first `count` samples of log q - beta log p, on top of `loss`: one thread's work.
    MC_HOST_DEVICE double add_loss(std::uint64_t count, double beta, double loss) const {
        for (std::uint64_t i = 0; i < count; ++i)
            loss += static_cast<double>(m_.log_q[i]) - beta * static_cast<double>(m_.log_p[i]);
        return loss;
    }

    // log q, log p and <mu*, x> of the `part` samples of the tile.
    MC_HOST_DEVICE void write(std::uint64_t part, double* log_q, double* log_p, double* along) const {
        for (std::uint64_t i = team_.index(); i < part; i += team_.size()) {
            log_q[i] = static_cast<double>(m_.log_q[i]);
            log_p[i] = static_cast<double>(m_.log_p[i]);
            along[i] = static_cast<double>(m_.along[i]);
        }
    }

private:
    // Leaves the gradient of a step's batch in m_.gradient; returns the loss, to every thread.
    MC_HOST_DEVICE double gradient(std::uint64_t step) const {
        const bool path = problem_.estimator == Estimator::pathwise;
        const double beta = beta_at_step(problem_, step);
        clear_gradient();
        if (team_.index() == 0) *scratch_ = 0.0;
        for (std::uint64_t first = 0; first < problem_.batch; first += samples_) {
            const std::uint64_t count = problem_.batch - first < samples_ ? problem_.batch - first : samples_;
            const int panels = draw(Purpose::realnvp_batch, step * problem_.batch + first, count);
            pass_.forward(panels, path);
            pass_.base_density(panels);
            pass_.target(panels);
            team_.sync();
            if (team_.index() == 0) *scratch_ = add_loss(count, beta, *scratch_);
            team_.sync();
            pass_.add_gradient(panels, count, beta, path);
        }
        const double loss = *scratch_ / static_cast<double>(problem_.batch);
        team_.sync();
        return loss;
    }

    // Sum of f(i) over the padded parameters, in the CPU's order, to every thread; m_.squared is scratch.
    template <class Function>
    MC_HOST_DEVICE double sum(const Function& f) const {
        for (int l = team_.index(); l < sum_lanes; l += team_.size()) {
            T lane = T(0);
            for (std::uint64_t i = l; i < m_.padded_parameters; i += sum_lanes) lane = f(i, lane);
            m_.squared[l] = lane;
        }
        team_.sync();
        double total = 0.0;
        for (int l = 0; l < sum_lanes; ++l) total += static_cast<double>(m_.squared[l]);
        team_.sync();
        return total;
    }

    MC_HOST_DEVICE bool descend(std::uint64_t step) const {
        const double squared_norm =
            sum([this](std::uint64_t i, T lane) { return fma(m_.gradient[i], m_.gradient[i], lane); });
        if (!(squared_norm - squared_norm == 0.0)) return false;
        const DescentStep descent(problem_.optimizer, step, problem_.steps,
                                  clip_factor(problem_.optimizer, squared_norm));
        for (std::uint64_t i = team_.index(); i < m_.padded_parameters; i += team_.size())
            m_.parameters[i] = descent(m_.parameters[i], m_.gradient[i], m_.first_moment[i], m_.second_moment[i]);
        team_.sync();
        return sum([this](std::uint64_t i, T lane) { return lane + (m_.parameters[i] - m_.parameters[i]); }) == 0.0;
    }

    const RealnvpProblem& problem_;
    const RealnvpMemory<T>& m_;
    std::uint64_t seed_, member_;
    Team team_;
    WordSource words_;
    double* scratch_;
    std::uint64_t samples_;
    RealnvpPass<Networks> pass_;
};

}  // namespace modecollapse
