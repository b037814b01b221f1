#include "kernels/vae/reading.hpp"

#include <algorithm>

#include "modecollapse/numbers/singular_value_lift.hpp"

namespace modecollapse::vae {
namespace {

using Matrix = double[most_latent][most_latent];

// Eigenvalues of P^{-1/2} C P^{-1/2}.
Directions relative_directions(Matrix& c, Matrix& p, int n, double floor) {
    Matrix vectors, root, half, product, ignored;
    double scale[most_latent];
    symmetric_eigen(p, vectors, n);
    for (int k = 0; k < n; ++k) scale[k] = 1.0 / sqrt(p[k][k]);
    rotated_diagonal(vectors, scale, n, root);
    for (int a = 0; a < n; ++a)
        for (int b = 0; b < n; ++b) {
            half[a][b] = 0.0;
            for (int k = 0; k < n; ++k) half[a][b] += root[a][k] * c[k][b];
        }
    for (int a = 0; a < n; ++a)
        for (int b = 0; b < n; ++b) {
            product[a][b] = 0.0;
            for (int k = 0; k < n; ++k) product[a][b] += half[a][k] * root[k][b];
        }
    for (int a = 0; a < n; ++a)
        for (int b = 0; b < a; ++b) product[a][b] = product[b][a] = 0.5 * (product[a][b] + product[b][a]);
    symmetric_eigen(product, ignored, n);
    Directions result = {0.0, 0.0};
    for (int k = 0; k < n; ++k) {
        if (product[k][k] > floor) result.active += 1.0;
        result.largest = std::max(result.largest, product[k][k]);
    }
    return result;
}

}  // namespace

double PriorClusters::variance(std::uint32_t y, std::uint32_t i) const {
    return parameters ? exp(parameters[(clusters + y) * latent + i]) : 1.0;
}

Directions directions_of(const PriorClusters& prior, const double* mean, const double* other, std::uint64_t n,
                         double floor) {
    const std::uint32_t l = prior.latent, classes = prior.parameters ? prior.clusters : 1;
    Matrix covariance = {}, spread = {};
    std::vector<double> one(l), two(l), center(l);
    for (std::uint64_t i = 0; i < n; ++i)
        for (std::uint32_t k = 0; k < l; ++k) {
            one[k] += mean[i * l + k] / static_cast<double>(n);
            two[k] += other[i * l + k] / static_cast<double>(n);
        }
    for (std::uint64_t i = 0; i < n; ++i)
        for (std::uint32_t a = 0; a < l; ++a)
            for (std::uint32_t b = 0; b < l; ++b)
                covariance[a][b] +=
                    (mean[i * l + a] - one[a]) * (other[i * l + b] - two[b]) / static_cast<double>(n - 1);
    for (std::uint32_t y = 0; y < classes; ++y)
        for (std::uint32_t a = 0; a < l; ++a) center[a] += prior.mean(y, a) / classes;
    for (std::uint32_t y = 0; y < classes; ++y)
        for (std::uint32_t a = 0; a < l; ++a) {
            spread[a][a] += prior.variance(y, a) / classes;
            for (std::uint32_t b = 0; b < l; ++b)
                spread[a][b] += (prior.mean(y, a) - center[a]) * (prior.mean(y, b) - center[b]) / classes;
        }
    return relative_directions(covariance, spread, static_cast<int>(l), floor);
}

Directions directions_within(const PriorClusters& prior, const double* mean, const double* share, std::uint64_t n,
                             double floor) {
    const std::uint32_t l = prior.latent, classes = prior.clusters;
    Matrix covariance = {}, spread = {};
    for (std::uint32_t y = 0; y < classes; ++y) {
        double weight = 0.0;
        std::vector<double> center(l);
        for (std::uint64_t i = 0; i < n; ++i) {
            const double q = share[i * classes + y];
            weight += q;
            for (std::uint32_t a = 0; a < l; ++a) center[a] += q * mean[(i * classes + y) * l + a];
        }
        if (!(weight > 0.0)) continue;
        for (double& one : center) one /= weight;
        for (std::uint64_t i = 0; i < n; ++i) {
            const double q = share[i * classes + y] / static_cast<double>(n), *m = mean + (i * classes + y) * l;
            for (std::uint32_t a = 0; a < l; ++a)
                for (std::uint32_t b = 0; b < l; ++b) covariance[a][b] += q * (m[a] - center[a]) * (m[b] - center[b]);
        }
        for (std::uint32_t a = 0; a < l; ++a) spread[a][a] += weight / static_cast<double>(n) * prior.variance(y, a);
    }
    return relative_directions(covariance, spread, static_cast<int>(l), floor);
}

std::vector<double> mean_over_classes(const double* mean, const double* share, std::uint64_t n, std::uint32_t classes,
                                      std::uint32_t latent) {
    std::vector<double> means(n * latent);
    for (std::uint64_t i = 0; i < n; ++i)
        for (std::uint32_t y = 0; y < classes; ++y)
            for (std::uint32_t k = 0; k < latent; ++k)
                means[i * latent + k] += share[i * classes + y] * mean[(i * classes + y) * latent + k];
    return means;
}

double information_of(const double* share, std::uint64_t n, std::uint32_t classes) {
    std::vector<double> whole(classes);
    double information = 0.0;
    for (std::uint64_t i = 0; i < n; ++i)
        for (std::uint32_t y = 0; y < classes; ++y) {
            const double q = share[i * classes + y];
            whole[y] += q / static_cast<double>(n);
            if (q > 0.0) information += q * log(q) / static_cast<double>(n);
        }
    for (const double q : whole)
        if (q > 0.0) information -= q * log(q);
    return std::max(information, 0.0);
}

double accuracy_of(const double* share, const std::int64_t* labels, std::uint64_t n, std::uint32_t classes,
                   std::uint32_t label_count) {
    std::vector<double> both(static_cast<std::size_t>(classes) * label_count);
    for (std::uint64_t i = 0; i < n; ++i) {
        const double* of_datum = share + i * classes;
        const auto y = static_cast<std::size_t>(std::max_element(of_datum, of_datum + classes) - of_datum);
        both[y * label_count + static_cast<std::size_t>(labels[i])] += 1.0 / static_cast<double>(n);
    }
    if (classes != label_count) {
        double sum = 0.0;
        for (std::uint32_t y = 0; y < classes; ++y)
            sum += *std::max_element(both.begin() + y * label_count, both.begin() + (y + 1) * label_count);
        return sum;
    }
    // best[set]: of the first |set| classes with the labels in the set
    std::vector<double> best(std::size_t{1} << classes);
    for (std::size_t set = 1; set < best.size(); ++set) {
        std::size_t size = 0;
        for (std::size_t rest = set; rest != 0; rest &= rest - 1) ++size;
        for (std::uint32_t label = 0; label < label_count; ++label)
            if (set >> label & 1)
                best[set] =
                    std::max(best[set], best[set ^ std::size_t{1} << label] + both[(size - 1) * label_count + label]);
    }
    return best.back();
}

}  // namespace modecollapse::vae
