#include "host/rare/proposal.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "host/starts/normal_quantile.hpp"
#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse {
namespace {

constexpr std::array<double, 5> exploring_sigmas = {1.0, 1.5, 2.25, 3.4, 5.0};
constexpr std::size_t most_kernels = 128;
constexpr std::size_t most_distinct = 1024;
constexpr std::size_t wide = 8, narrow = 64;  // neighbourhoods: one in so many of the points
constexpr double widening = 2.25;             // of covariances
constexpr double overall_share = 0.15;        // of the kernel of all points
constexpr std::size_t few_points = 64;        // below, their spread says little: round kernels
constexpr double round_width = 0.3;

// Draws of one index: 64-bit words in the order of their use.
class WordStream {
public:
    WordStream(std::uint64_t seed, std::uint64_t level, std::uint64_t index)
        : seed_(seed), level_(level), index_(index) {}
    double uniform() {
        if (used_ == 2) {
            words_ = Random123Words{}(seed_, counter_of(Purpose::rare_proposal, level_ << 8 | block_++, index_));
            used_ = 0;
        }
        const int at = 2 * used_++;
        return uniform_52(words_.value[at], words_.value[at + 1]);
    }
    double normal() {
        const double u = uniform();
        return u < 0.5 ? -normal_upper_quantile(u) : normal_upper_quantile(1.0 - u);
    }

private:
    std::uint64_t seed_, level_, index_, block_ = 0;
    Words words_ = {};
    int used_ = 2;
};

// Systematic resampling: `count` points, each point about in proportion to its weight^power.
std::vector<Eigen::Vector3d> resampled(const std::vector<WeightedPoint>& points, double power, std::size_t count) {
    double total = 0.0;
    for (const WeightedPoint& point : points) total += std::pow(point.weight, power);
    std::vector<Eigen::Vector3d> result;
    double passed = 0.0;
    for (const WeightedPoint& point : points) {
        passed += std::pow(point.weight, power);
        while (result.size() < count &&
               (static_cast<double>(result.size()) + 0.5) * total < passed * static_cast<double>(count))
            result.emplace_back(point.z[0], point.z[1], point.z[2]);
    }
    return result;
}

Eigen::Vector3d mean_of(const std::vector<Eigen::Vector3d>& points) {
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (const Eigen::Vector3d& point : points) sum += point;
    return sum / static_cast<double>(points.size());
}

// Mean square deviation of the points from `centre`.
Eigen::Matrix3d second_moment(const std::vector<Eigen::Vector3d>& points, const Eigen::Vector3d& centre) {
    Eigen::Matrix3d sum = Eigen::Matrix3d::Zero();
    for (const Eigen::Vector3d& point : points) sum += (point - centre) * (point - centre).transpose();
    return sum / static_cast<double>(points.size());
}

// The same of the points nearest to `centre`, one in `neighbourhood`.
Eigen::Matrix3d local_covariance(const Eigen::Vector3d& centre, std::vector<Eigen::Vector3d> points,
                                 std::size_t neighbourhood) {
    const auto nearer = [&](const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
        return (a - centre).squaredNorm() < (b - centre).squaredNorm();
    };
    const std::size_t count = std::min(points.size(), std::max<std::size_t>(8, points.size() / neighbourhood));
    std::nth_element(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(count - 1), points.end(), nearer);
    points.resize(count);
    return second_moment(points, centre);
}

}  // namespace

double balanced_power(const std::vector<WeightedPoint>& points) {
    const double least = std::min(256.0, 0.25 * static_cast<double>(points.size()));
    for (double power = 1.0; power > 0.05; power -= 0.1) {
        double sum = 0.0, squares = 0.0;
        for (const WeightedPoint& point : points) {
            const double w = std::pow(point.weight, power);
            sum += w;
            squares += w * w;
        }
        if (sum * sum >= least * squares) return power;
    }
    return 0.0;
}

Proposal::Proposal(const std::vector<WeightedPoint>& points, double power) {
    const std::vector<Eigen::Vector3d> sample = resampled(points, power, most_kernels);
    std::vector<Eigen::Vector3d>
        distinct;  // a heavy point stands in the sample many times, and would be its own neighbour
    const std::size_t stride = 1 + points.size() / most_distinct;
    for (std::size_t i = 0; i < points.size(); i += stride)
        distinct.emplace_back(points[i].z[0], points[i].z[1], points[i].z[2]);
    const bool few = points.size() < few_points;
    const Eigen::Matrix3d round = round_width * round_width * Eigen::Matrix3d::Identity();
    const Eigen::Vector3d mean = mean_of(sample);
    kernels_.push_back(kernel_of(mean, second_moment(sample, mean) + (few ? round : Eigen::Matrix3d::Zero().eval())));
    for (std::size_t k = 0; k < sample.size(); ++k)
        kernels_.push_back(
            kernel_of(sample[k], few ? round : local_covariance(sample[k], distinct, k % 2 == 0 ? wide : narrow)));
}

Proposal::Kernel Proposal::kernel_of(const Eigen::Vector3d& centre, const Eigen::Matrix3d& covariance) {
    // density of t_5 in three dimensions at its centre: Gamma(4) / (Gamma(5/2) (5 pi)^(3/2)) / det L
    const double at_centre = 6.0 / (std::tgamma(2.5) * std::pow(5.0 * pi, 1.5));
    const double floor = 0.003 * covariance.trace() + 1e-10;  // keeps it invertible
    Kernel kernel;
    kernel.centre = centre;
    kernel.factor = (widening * (covariance + floor * Eigen::Matrix3d::Identity())).llt().matrixL();
    kernel.inverse = kernel.factor.inverse();
    kernel.scale = at_centre / kernel.factor.determinant();
    return kernel;
}

Deviates Proposal::draw(std::uint64_t seed, std::uint64_t level, std::uint64_t index) const {
    WordStream words(seed, level, index);
    const double choice = words.uniform(), share = exploring_share();
    Eigen::Vector3d z(words.normal(), words.normal(), words.normal());
    if (choice < share) {
        const auto which =
            std::min(static_cast<std::size_t>(choice / share * exploring_sigmas.size()), exploring_sigmas.size() - 1);
        z *= exploring_sigmas[which];
    } else {
        const double local =
            (choice - share - overall_share) / (1.0 - share - overall_share);  // below 0: the kernel of all points
        const auto count = static_cast<double>(kernels_.size() - 1);
        const std::size_t which =
            local < 0.0 ? 0 : std::min(1 + static_cast<std::size_t>(local * count), kernels_.size() - 1);
        const double normal = words.normal();
        const double chi_square =
            normal * normal - 2.0 * log(words.uniform() * words.uniform());  // five degrees of freedom
        z = kernels_[which].centre + kernels_[which].factor * z * std::sqrt(5.0 / chi_square);
    }
    return {z[0], z[1], z[2]};
}

double Proposal::weight(const Deviates& deviates) const {
    const Eigen::Vector3d z(deviates[0], deviates[1], deviates[2]);
    const double square = z.squaredNorm(), normalization = std::pow(2.0 * pi, -1.5);
    double exploring = 0.0;  // over the normalization
    for (const double sigma : exploring_sigmas)
        exploring += std::exp(-0.5 * square / (sigma * sigma)) / (sigma * sigma * sigma);
    double density = exploring_share() * normalization * exploring / exploring_sigmas.size();
    if (!kernels_.empty()) {
        const auto at = [&](const Kernel& kernel) {
            const double base = 1.0 + (kernel.inverse * (z - kernel.centre)).squaredNorm() / 5.0;
            return kernel.scale / (base * base * base * base);
        };
        double local = 0.0;
        for (std::size_t k = 1; k < kernels_.size(); ++k) local += at(kernels_[k]);
        density += overall_share * at(kernels_[0]);
        density += (1.0 - exploring_share() - overall_share) * local / static_cast<double>(kernels_.size() - 1);
    }
    return normalization * std::exp(-0.5 * square) / density;
}

}  // namespace modecollapse
