#include "kernels/vae/exact_posterior.hpp"

#include "kernels/training/word_normals.hpp"
#include "kernels/vae/posterior_density.hpp"
#include "modecollapse/vae/draws.hpp"

namespace modecollapse::vae {
namespace {

constexpr int most_stages = 4;
constexpr double kept = -30.0;         // logarithm of a weight beside the largest that a smaller box still holds
constexpr double least_width = 0.6;    // standard deviation of a resolved posterior, in spacings of the lattice
constexpr double widths_of_prior = 7;  // standard deviations of the prior that the first box holds

int nodes_of(std::uint32_t latent) { return latent == 1 ? 257 : 65; }

std::uint64_t lattice_points(std::uint32_t latent) {
    const auto n = static_cast<std::uint64_t>(nodes_of(latent));
    return latent == 1 ? n : n * n;
}

// Latents of one or two coordinates on a lattice, and log(h^l p(z)) there.
class Lattice {
public:
    explicit Lattice(const ExactInput& in, const PosteriorDensity& density)
        : in_(in), density_(density), l_(density.latent()), n_(nodes_of(in.problem->latent)) {
        for (int i = 0; i < l_; ++i) {
            low_[i] = 1e300, high_[i] = -1e300;
            for (int y = 0; y < density.classes(); ++y) {
                const double reach = widths_of_prior * exp(0.5 * density.prior_log_variance(y, i));
                low_[i] = std::min(low_[i], density.prior_mean(y, i) - reach);
                high_[i] = std::max(high_[i], density.prior_mean(y, i) + reach);
            }
        }
    }

    bool lay_out(bool with_jacobian) {
        const std::uint64_t count = lattice_points(in_.problem->latent);
        const auto t = static_cast<std::uint64_t>(density_.dimension());
        z.resize(count * static_cast<std::uint64_t>(l_));
        f.resize(count * t);
        if (with_jacobian) jacobian.resize(count * t * static_cast<std::uint64_t>(l_));
        log_measure.resize(count);
        const auto classes = static_cast<std::uint64_t>(density_.classes());
        share.resize(count * classes);
        double log_cell = 0.0;
        for (int i = 0; i < l_; ++i) log_cell += log(spacing(i));
        for (std::uint64_t j = 0; j < count; ++j) {
            for (int i = 0; i < l_; ++i) z[j * l_ + i] = fma(spacing(i), static_cast<double>(place(j, i)), low_[i]);
            log_measure[j] = density_.log_prior_and_share(z.data() + j * l_, share.data() + j * classes) + log_cell;
        }
        return in_.decode(z.data(), count, f.data(), with_jacobian ? jacobian.data() : nullptr);
    }

    void weigh(const double* x, std::vector<double>& log_weights) const {
        log_weights.resize(log_measure.size());
        const auto t = static_cast<std::uint64_t>(density_.dimension());
        for (std::uint64_t j = 0; j < log_measure.size(); ++j)
            log_weights[j] = log_measure[j] + density_.log_likelihood(x, f.data() + j * t) / in_.beta;
    }

    // The part of the box that holds a posterior; false if the lattice is too coarse for it.
    bool hold(const std::vector<double>& log_weights, int (&from)[2], int (&to)[2]) const {
        const double most = *std::max_element(log_weights.begin(), log_weights.end());
        double total = 0.0, sum[2] = {}, squares[3] = {};
        for (std::uint64_t j = 0; j < log_weights.size(); ++j) {
            if (!(log_weights[j] - most > kept)) continue;
            const double w = exp(log_weights[j] - most);
            double at[2] = {};
            for (int i = 0; i < l_; ++i) {
                at[i] = place(j, i);
                from[i] = std::min(from[i], place(j, i) - 1);
                to[i] = std::max(to[i], place(j, i) + 1);
                sum[i] += w * at[i];
            }
            total += w;
            squares[0] += w * at[0] * at[0], squares[1] += w * at[0] * at[1], squares[2] += w * at[1] * at[1];
        }
        for (double& s : sum) s /= total;
        const double a = squares[0] / total - sum[0] * sum[0], b = squares[1] / total - sum[0] * sum[1],
                     c = squares[2] / total - sum[1] * sum[1];
        const double least = l_ == 1 ? a : 0.5 * (a + c) - sqrt(0.25 * (a - c) * (a - c) + b * b);
        return least > least_width * least_width;
    }

    // The box from .. to, in nodes. False if it is hardly smaller.
    bool shrink(const int (&from)[2], const int (&to)[2]) {
        double share = 1.0;
        for (int i = 0; i < l_; ++i) {
            const int first = std::max(from[i], 0), last = std::min(to[i], n_ - 1);
            const double h = spacing(i), origin = low_[i];
            low_[i] = fma(h, static_cast<double>(first), origin);
            high_[i] = fma(h, static_cast<double>(last), origin);
            share *= static_cast<double>(last - first) / static_cast<double>(n_ - 1);
        }
        return share < 0.9;
    }

    std::vector<double> z, f, jacobian, share, log_measure;

private:
    double spacing(int i) const { return (high_[i] - low_[i]) / static_cast<double>(n_ - 1); }
    int place(std::uint64_t j, int i) const {
        return static_cast<int>(i == 0 ? j % static_cast<std::uint64_t>(n_) : j / static_cast<std::uint64_t>(n_));
    }

    const ExactInput& in_;
    const PosteriorDensity& density_;
    int l_, n_;
    double low_[2] = {}, high_[2] = {};
};

void add(const ExactInput& in, const PosteriorSums& sums, ExactReading& reading) {
    const auto n = static_cast<double>(in.count);
    reading.kl += sums.kl / n;
    reading.fisher += sums.fisher / n;
    reading.fisher_bound += sums.fisher_bound / n;
    reading.share.insert(reading.share.end(), sums.share.begin(), sums.share.end());
}

bool by_quadrature(const ExactInput& in, const PosteriorDensity& density, ExactReading& reading) {
    Lattice lattice(in, density);
    const auto t = static_cast<std::uint64_t>(density.dimension());
    std::vector<double> log_weights;
    std::uint64_t resolved = 0;
    for (int stage = 0; stage < most_stages; ++stage) {
        if (!lattice.lay_out(false)) return false;
        int from[2] = {1 << 20, 1 << 20}, to[2] = {-1, -1};
        resolved = 0;
        for (std::uint64_t i = 0; i < in.count; ++i) {
            lattice.weigh(in.x + i * t, log_weights);
            if (lattice.hold(log_weights, from, to)) ++resolved;
        }
        if (resolved == in.count || stage == most_stages - 1 || !lattice.shrink(from, to)) break;
    }
    if (!lattice.lay_out(true)) return false;
    const PosteriorPoints points = {lattice.log_measure.size(), lattice.z.data(), lattice.f.data(),
                                    lattice.jacobian.data(), lattice.share.data()};
    for (std::uint64_t i = 0; i < in.count; ++i) {
        lattice.weigh(in.x + i * t, log_weights);
        const PosteriorSums sums = sums_of(density, in, in.x + i * t, points, log_weights, 0, 1);
        reading.mean.insert(reading.mean.end(), sums.mean.begin(), sums.mean.end());
        add(in, sums, reading);
    }
    reading.other_mean = reading.mean;
    reading.effective = static_cast<double>(resolved) / static_cast<double>(in.count);
    return true;
}

// Latents of one datum: for every class k of q(z|x,y), then k of p(z|y).
class Samples {
public:
    Samples(const ExactInput& in, const PosteriorDensity& density)
        : in_(in),
          density_(density),
          l_(static_cast<std::uint64_t>(density.latent())),
          each_(std::max<std::uint64_t>(1, in.problem->exact_samples / classes_of(*in.problem))) {}

    std::uint64_t each() const { return each_; }
    std::uint64_t of_encoder() const { return each_ * static_cast<std::uint64_t>(density_.classes()); }

    void draw(std::uint64_t datum, std::vector<double>& z) const {
        const std::uint64_t classes = static_cast<std::uint64_t>(density_.classes()), half = of_encoder();
        z.resize(2 * half * l_);
        for (std::uint64_t j = 0; j < 2 * half; ++j) {
            const int y = static_cast<int>(j % half / each_);
            for (std::uint64_t i = 0; i < l_; ++i) {
                const std::uint64_t q = (datum * classes + static_cast<std::uint64_t>(y)) * l_ + i;
                const double mean = j < half ? in_.mean[q] : density_.prior_mean(y, static_cast<int>(i));
                const double deviation =
                    j < half ? sqrt(in_.variance[q]) : exp(0.5 * density_.prior_log_variance(y, static_cast<int>(i)));
                z[j * l_ + i] = fma(deviation, normal(datum * 2 * half + j, i), mean);
            }
        }
    }

private:
    double normal(std::uint64_t sample, std::uint64_t i) const {
        return word_normal(in_.seed, in_.member, Purpose::vae_held_out_noise,
                           first_exact_block + sample * normal_blocks(in_.problem->latent), i);
    }

    const ExactInput& in_;
    const PosteriorDensity& density_;
    std::uint64_t l_, each_;
};

// The likelihood of every datum, and where nothing better is at hand its posterior.
bool by_sampling(const ExactInput& in, const PosteriorDensity& density, ExactReading& reading, bool posterior) {
    const Samples samples(in, density);
    const auto l = static_cast<std::uint64_t>(density.latent()), t = static_cast<std::uint64_t>(density.dimension());
    const auto classes = static_cast<std::uint64_t>(density.classes());
    const std::uint64_t half = samples.of_encoder(), count = posterior ? 2 * half : half;
    std::vector<double> z, f(2 * half * t), jacobian(posterior ? 2 * half * l * t : 0), log_weights(2 * half),
        of_encoder(classes), share(2 * half * classes), of_samples(samples.each()), of_classes(classes);
    const double log_classes = log(static_cast<double>(classes)), log_each = log(static_cast<double>(samples.each()));
    for (std::uint64_t i = 0; i < in.count; ++i) {
        const double* x = in.x + i * t;
        samples.draw(i, z);
        if (!in.decode(z.data(), count, f.data(), posterior ? jacobian.data() : nullptr)) return false;
        for (std::uint64_t j = 0; j < count; ++j) {
            const double* at = z.data() + j * l;
            const double likelihood = density.log_likelihood(x, f.data() + j * t);
            const std::uint64_t own = j % half / samples.each();
            for (std::uint64_t y = 0; y < classes; ++y) {
                const std::uint64_t q = (i * classes + y) * l;
                of_encoder[y] = log_normal(at, in.mean + q, in.variance + q, density.latent());
            }
            if (j < half)
                of_samples[j % samples.each()] =
                    likelihood + density.log_prior(at, static_cast<int>(own)) - of_encoder[own];
            if (j < half && (j + 1) % samples.each() == 0)
                of_classes[own] = log_of_sum(of_samples.data(), static_cast<int>(samples.each())) - log_each;
            if (!posterior) continue;
            const double prior = density.log_prior_and_share(at, share.data() + j * classes);
            const double both[2] = {log_of_sum(of_encoder.data(), static_cast<int>(classes)) - log_classes, prior};
            log_weights[j] = likelihood / in.beta + prior - log_of_sum(both, 2) - log(static_cast<double>(half));
        }
        reading.likelihood +=
            (log_of_sum(of_classes.data(), static_cast<int>(classes)) - log_classes) / static_cast<double>(in.count);
        if (!posterior) continue;
        const PosteriorPoints points = {count, z.data(), f.data(), jacobian.data(), share.data()};
        const PosteriorSums even = sums_of(density, in, x, points, log_weights, 0, 2),
                            odd = sums_of(density, in, x, points, log_weights, 1, 2),
                            all = sums_of(density, in, x, points, log_weights, 0, 1);
        reading.mean.insert(reading.mean.end(), even.mean.begin(), even.mean.end());
        reading.other_mean.insert(reading.other_mean.end(), odd.mean.begin(), odd.mean.end());
        reading.effective += all.effective / static_cast<double>(in.count);
        add(in, all, reading);
    }
    return true;
}

}  // namespace

bool is_by_quadrature(const Problem& problem) { return problem.latent <= 2 && problem.dimension <= 64; }

double exact_latents(const Problem& problem) {
    const double sampled = static_cast<double>(std::min(problem.exact_data, problem.held_out)) *
                           static_cast<double>(problem.exact_samples);
    if (problem.exact_data == 0) return 0.0;
    return is_by_quadrature(problem) ? sampled + most_stages * static_cast<double>(lattice_points(problem.latent))
                                     : 2.0 * sampled;
}

double exact_numbers(const Problem& problem) {
    const double l = problem.latent, t = problem.dimension;
    const double points = is_by_quadrature(problem) ? static_cast<double>(lattice_points(problem.latent))
                                                    : 2.0 * static_cast<double>(problem.exact_samples);
    return problem.exact_data == 0 ? 0.0 : points * (l + t + l * t + 2.0);
}

bool read_exact_posterior(const ExactInput& input, ExactReading& reading) {
    const PosteriorDensity density(input);
    reading = {{}, {}, {}, 0.0, 0.0, 0.0, 0.0, 0.0};
    if (!is_by_quadrature(*input.problem)) return by_sampling(input, density, reading, true);
    return by_quadrature(input, density, reading) && by_sampling(input, density, reading, false);
}

}  // namespace modecollapse::vae
