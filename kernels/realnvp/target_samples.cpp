#include "kernels/realnvp/target_samples.hpp"

#include <algorithm>

#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/realnvp/draws.hpp"

namespace modecollapse {
namespace {

// The centre that a target sample is drawn about: (d).
class Centres {
public:
    explicit Centres(const RealnvpProblem& problem) : problem_(problem), centre_(problem.shape.dimension) {}

    const std::vector<double>& of(double uniform) {
        const TargetModes& modes = problem_.modes;
        if (modes.count == 0) {
            const double mode = mode_coordinate(problem_);
            std::fill(centre_.begin(), centre_.end(), uniform < problem_.target_weight ? mode : -mode);
            return centre_;
        }
        int chosen = 0;
        for (double sum = exp(modes.log_weight[0]); uniform >= sum && chosen + 1 < modes.count;)
            sum += exp(modes.log_weight[++chosen]);
        for (std::size_t k = 0; k < centre_.size(); ++k) {
            centre_[k] = 0.0;
            for (int a = 0; a < modes.span; ++a)
                centre_[k] +=
                    modes.mode[chosen * modes.span + a] * modes.axis[static_cast<std::size_t>(a) * centre_.size() + k];
        }
        return centre_;
    }

private:
    const RealnvpProblem& problem_;
    std::vector<double> centre_;
};

}  // namespace

std::vector<double> target_samples(const RealnvpProblem& problem, std::uint64_t seed, std::uint64_t member,
                                   std::uint64_t count) {
    const std::uint64_t d = problem.shape.dimension, blocks = blocks_per_flow_sample(problem.shape.dimension) + 1;
    Centres centres(problem);
    const Random123Words words;
    std::vector<double> x(count * d);
    for (std::uint64_t i = 0; i < count; ++i) {
        const Words choice = words(seed, counter_of(Purpose::realnvp_target, i * blocks, member));
        const std::vector<double>& centre = centres.of(uniform_32(choice.value[0]));
        for (std::uint64_t k = 0; k < d; k += 2) {
            const Words w = words(seed, counter_of(Purpose::realnvp_target, i * blocks + 1 + k / 4, member));
            const int at = static_cast<int>(k % 4);
            const NormalPair<double> z = normal_pair(uniform_32(w.value[at]), uniform_32(w.value[at + 1]));
            x[i * d + k] = centre[k] + z.first;
            x[i * d + k + 1] = centre[k + 1] + z.second;
        }
    }
    return x;
}

}  // namespace modecollapse
