// The families that the program has. Each is known by its one function; a further one is one line here.
#include <algorithm>
#include <cmath>

#include "host/families/components/family.hpp"
#include "host/families/family.hpp"
#include "host/families/linear_vae/family.hpp"
#include "host/families/mixture/family.hpp"
#include "host/families/realnvp/family.hpp"
#include "host/families/sequence_vae/family.hpp"
#include "host/families/vae/family.hpp"
#include "host/families/work_timer.hpp"

namespace modecollapse {
namespace {

std::vector<const Family*>& registered() {
    static std::vector<const Family*> all = {&mixture_family(), &realnvp_family(),    &linear_vae_family(),
                                             &vae_family(),     &components_family(), &sequence_vae_family()};
    return all;
}

}  // namespace

RecordedRun Ensemble::run_recorded(const Ids& ids, const Backend& backend, const RunControl& control, SavedRun*) const {
    return {run(ids, backend, control).front(), {}};
}

double Ensemble::predicted_seconds(std::uint64_t members, const Backend& backend) const {
    constexpr double work_of_a_sample = 0x1p28;  // multiplications: a tenth of a second or so
    const double fitting = std::clamp(work_of_a_sample / work_of_a_member(), 1.0, 1e6);
    const std::uint64_t sample =
        std::min(members, std::max(members_at_once(backend), static_cast<std::uint64_t>(fitting)));
    const auto seconds_of = [&](const auto& work) {
        const WorkTimer timer(backend);
        work();
        return timer.seconds() * static_cast<double>(members) / static_cast<double>(sample);
    };
    const auto steps = static_cast<double>(equal_steps());
    double sampled =
        std::max(1.0, std::floor(work_of_a_sample * steps / (work_of_a_member() * static_cast<double>(sample))));
    // The difference between two short runs, which must stand out from the evaluation at their ends: that is paid by the run
    // of a single step as well, and takes another time whenever it is made.
    constexpr double grows_by = 8.0;
    for (double one = -1.0; sampled + 1.0 < 0.5 * steps; sampled *= grows_by) {
        if (one < 0.0) one = seconds_of([&] { make_steps(sample, 1, backend); });
        const double some = seconds_of([&] { make_steps(sample, static_cast<std::uint64_t>(sampled) + 1, backend); });
        if (some > 2.0 * one) return one + (some - one) / sampled * (steps - 1.0);
    }
    return seconds_of([&] { run({0, {0, sample}}, backend, {}); });
}

Series Ensemble::follow(const SeriesRequest&, const Backend&) const {
    throw std::domain_error("members of this family cannot be followed through the seam");
}

const std::vector<const Family*>& families() { return registered(); }

void register_family(const Family& family) {
    const std::string name = family.name;
    const std::vector<const Family*>& known = registered();
    if (std::any_of(known.begin(), known.end(), [&](const Family* other) { return name == other->name; }))
        throw std::invalid_argument("there is a family of the name " + name + " already");
    registered().push_back(&family);
}

const Family& family_named(const std::string& name) {
    for (const Family* family : families())
        if (name == family->name) return *family;
    throw std::domain_error("\"" + name + "\" is no family of this program");
}

}  // namespace modecollapse
