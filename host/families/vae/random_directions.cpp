#include "host/families/vae/random_directions.hpp"

#include <Eigen/QR>
#include <random>

#include "kernels/training/normals_of_words.hpp"

namespace modecollapse {

std::vector<double> random_directions(std::uint32_t count, std::uint32_t dimension) {
    const Eigen::Index m = count, t = dimension;
    std::mt19937 words;  // NOLINT(cert-msc32-c,cert-msc51-cpp): to be the same always
    const auto word = [&words] { return static_cast<std::uint32_t>(words()); };
    Eigen::MatrixXd normals(t, m);
    for (Eigen::Index i = 0; i < t * m; i += 4) {
        const NormalBlock<double> z = normals_of_words({{word(), word(), word(), word()}});
        for (Eigen::Index k = 0; k < 4 && i + k < t * m; ++k) normals.data()[i + k] = z.value[k];
    }
    const Eigen::MatrixXd frame =
        Eigen::HouseholderQR<Eigen::MatrixXd>(normals).householderQ() * Eigen::MatrixXd::Identity(t, m);
    return {frame.data(), frame.data() + t * m};
}

}  // namespace modecollapse
