// Linear VAEs followed over time: order parameters, and by what a member is measured on its way.
#include <fmt/format.h>

#include <limits>
#include <mutex>
#include <set>

#include "host/families/linear_vae/ensemble.hpp"
#include "host/families/linear_vae/measures.hpp"
#include "host/run/watch.hpp"
#include "kernels/linear_vae/ensemble.hpp"
#include "modecollapse/numbers/require.hpp"

namespace modecollapse {
namespace {

using linear_vae::AnyState;
using linear_vae::Payload;

// A monitor's name lives as long as the program.
const char* kept(const std::string& name) {
    static std::set<std::string> names;
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    return names.insert(name).first->c_str();
}

class Monitors {
public:
    explicit Monitors(const Payload& problem) : problem_(problem) {
        set_sizes(shape_, problem.latent, problem.signal);
        add_measures();
        const int latent = problem.latent, signal = problem.signal;
        add("m", "overlap of decoder and signal, W^T W*/N", latent, signal, false);
        add("d", "overlap of encoder and signal, V^T W*/N", latent, signal, false);
        add("q", "Gram matrix of the decoder, W^T W/N", latent, latent, true);
        add("e", "Gram matrix of the encoder, V^T V/N", latent, latent, true);
        add("r", "overlap of decoder and encoder, W^T V/N", latent, latent, false);
        for (int a = 0; a < latent; ++a)
            all_.push_back(
                {kept(latent == 1 ? "variance" : fmt::format("variance_{}", a + 1)), "1", "variance of the encoder"});
    }

    const std::vector<Quantity>& all() const { return all_; }

    // state: of the order parameters, NaN after a failure.
    void read(double theta, const double* state, double* values) const {
        AnyState y = shape_;
        for (int i = 0; i < y.size(); ++i) y.at(i) = state[i];
        const double beta = problem_.kl_weight.at(theta), nothing = std::numeric_limits<double>::quiet_NaN();
        const linear_vae::Ending end = ending_of(problem_, y);
        const bool failed = end.outcome == linear_vae::Outcome::failed;
        // a schedule may start at 0, where the exact posterior is a point
        const linear_vae::Quantities q =
            failed ? linear_vae::Quantities{} : quantities_of(problem_, y, beta, end.explained_share);
        const bool exact = !failed && beta > 0.0;
        const double measures[] = {beta,
                                   failed ? nothing : end.active,
                                   failed ? nothing : end.captured,
                                   failed ? nothing : q.kl,
                                   failed ? nothing : q.explained_share,
                                   exact ? q.posterior_kl : nothing,
                                   exact ? q.posterior_fisher : nothing};
        std::copy(std::begin(measures), std::end(measures), values);
        std::copy_n(state, y.size(), values + std::size(measures));
    }

private:
    void add_measures() {
        using namespace linear_vae_measures;
        all_ = {{"beta", "1", "KL weight beta at the time"},
                active_directions,
                captured_directions,
                encoder_kl,
                explained_share,
                posterior_kl,
                posterior_fisher};
    }
    void add(const char* symbol, const char* words, int rows, int columns, bool triangle) {
        for (int a = 0; a < rows; ++a)
            for (int b = 0; b < (triangle ? a + 1 : columns); ++b)
                all_.push_back(
                    {kept(rows == 1 && columns == 1 ? symbol : fmt::format("{}_{}_{}", symbol, a + 1, b + 1)), "1",
                     words});
    }

    const Payload& problem_;
    AnyState shape_ = {};
    std::vector<Quantity> all_;
};

}  // namespace

Series LinearVaeEnsemble::follow(const SeriesRequest& request, const Backend& backend) const {
    require(request.start.empty(), "a given start", "members of an ensemble, by --id");
    if (!request.times.empty())
        require(request.times.back() <= problem_.horizon, fmt::format("times: {}", request.times.back()),
                fmt::format("up to the horizon, {}", problem_.horizon));
    const Monitors monitors(problem_);
    const std::size_t times = request.times.size(), size = static_cast<std::size_t>(size_of_state(problem_)),
                      columns = monitors.all().size();
    std::vector<double> asked = request.times;
    asked.push_back(problem_.horizon);  // where the outcome is read
    Series series;
    series.monitors = monitors.all();
    series.values.resize(request.ids.size() * times * columns);
    std::vector<double> states(request.ids.size() * asked.size() * size);
    std::vector<linear_vae::Status> status(request.ids.size());
    for (std::size_t first = 0, count; first < request.ids.size(); first += count) {
        for (count = 1; first + count < request.ids.size(); ++count)
            if (request.ids[first + count] != request.ids[first] + count) break;
        linear_vae::follow({&problem_, request.seed, request.ids[first], count, nullptr, give_up_request()}, asked,
                           states.data() + first * asked.size() * size, status.data() + first, backend.threads);
        throw_if_given_up();
    }
    for (std::size_t i = 0; i < request.ids.size(); ++i) {
        const double* of_member = states.data() + i * asked.size() * size;
        for (std::size_t k = 0; k < times; ++k)
            monitors.read(request.times[k], of_member + k * size, series.values.data() + (i * times + k) * columns);
        AnyState end = {};
        set_sizes(end, problem_.latent, problem_.signal);
        std::copy_n(of_member + times * size, size, end.value);
        series.outcomes.push_back(static_cast<std::uint8_t>(status[i] == linear_vae::Status::at_horizon
                                                                ? ending_of(problem_, end).outcome
                                                                : linear_vae::Outcome::failed));
    }
    return series;
}

}  // namespace modecollapse
