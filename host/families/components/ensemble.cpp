#include "host/families/components/ensemble.hpp"

#include <algorithm>

#include "host/components/work.hpp"
#include "host/families/components/measures.hpp"
#include "host/families/components/options.hpp"
#include "host/families/recorded_parts.hpp"
#include "kernels/components/ensemble.hpp"

namespace modecollapse {
namespace {

using components::Ending;
using components::Payload;
using components::Quantities;
using namespace components_measures;

constexpr std::uint64_t lanes = 8;

int most_covered(int of_components, int of_modes) { return std::min(of_components, of_modes); }

int modes_of(const Settings& settings) {
    return settings.is("layout", "file") && settings.has("means")
               ? static_cast<int>(components_request(settings).modes.size())
               : settings.as<ComponentsRun>().modes.count;
}

MemberEnd end_of(const Payload& problem, const Ending& ending, const Quantities& quantities, std::int64_t steps) {
    const int outcome = components_class(problem, ending);
    if (ending.outcome == components::Outcome::failed) return {outcome, {-1, -1}, {steps}, {}};
    MemberEnd end = {outcome, {ending.covered, ending.strays}, {steps}, {quantities.coverage, quantities.weight_error}};
    if (trains_variances(problem)) end.quantities.push_back(quantities.log_variance);
    return end;
}

}  // namespace

Schema components_schema(const Settings& settings) {
    const int count = settings.as<ComponentsRun>().problem.components;
    const int most = most_covered(count, modes_of(settings));
    Schema schema;
    schema.classes = classes_of_lost_modes(most);
    schema.classes.push_back({"undecided", OutcomeClass::other});
    schema.classes.push_back({"failed", OutcomeClass::failure});
    schema.histograms = {{covered_modes.name, most + 1, covered_modes.long_name},
                         {strays.name, count + 1, strays.long_name}};
    schema.events = {{"steps", "steps of the integrator, or of SGD"}};
    schema.quantities = {entropic_coverage, weight_error};
    if (trains_variances(settings.as<ComponentsRun>().problem)) schema.quantities.push_back(mean_log_variance);
    return schema;
}

int components_class(const Payload& problem, const Ending& end) {
    const int most = most_covered(problem.components, problem.modes);
    switch (end.outcome) {
        case components::Outcome::covered:
            return 0;
        case components::Outcome::lost:
            return most - end.covered;
        case components::Outcome::undecided:
            return most;
        case components::Outcome::failed:
            break;
    }
    return most + 1;
}

ComponentsEnsemble::ComponentsEnsemble(const Settings& settings)
    : schema_(components_schema(settings)), setup_(components_setup(settings)) {}

std::vector<Tally> ComponentsEnsemble::run(const Ids& ids, const Backend& backend, const RunControl& control) const {
    const Payload& problem = setup_->problem();
    const auto size = static_cast<std::uint64_t>(size_of_state(problem));
    const std::uint64_t members = ids.edges.back() - ids.edges.front();
    const std::uint64_t most = members_of_a_call(*this, backend, members, 1u << 16);
    std::vector<double> states(most * size);
    std::vector<components::Status> status(most);
    std::vector<std::uint32_t> attempts(most);
    std::vector<Ending> endings(most);
    std::vector<Quantities> quantities(most);
    const components::Ends ends = {states.data(), status.data(), attempts.data()};
    const auto run = [&](std::uint64_t first, std::uint64_t count) {
        const components::Task task = {&problem, ids.seed, first, count, nullptr, give_up_request()};
        std::fill(status.begin(), status.end(), components::Status::given_up);
        components::run_to_ends(task, ends, backend);
        components::read_ends(task, ends, endings.data(), quantities.data(), backend.threads);
    };
    return parts_by_calls(schema_, ids, most, control, run, [&](std::uint64_t i) -> MemberEnd {
        if (endings[i].covered < 0) return {-1};
        const bool flow = problem.dynamics == components::Dynamics::flow;
        return end_of(problem, endings[i], quantities[i],
                      flow ? attempts[i] : static_cast<std::int64_t>(problem.steps));
    });
}

double ComponentsEnsemble::work_of_a_member() const { return components::work_of_a_member(setup_->problem()); }
double ComponentsEnsemble::bytes_of_a_thread() const { return components::memory_of_a_thread(setup_->problem()); }
std::uint64_t ComponentsEnsemble::members_at_once(const Backend& backend) const {
    if (!backend.cuda) return lanes * static_cast<std::uint64_t>(backend.threads);
    constexpr std::uint64_t most = 1u << 16, most_numbers = 1u << 26;  // of final states, on the host
    return std::min(most, most_numbers / static_cast<std::uint64_t>(size_of_state(setup_->problem())));
}
std::uint64_t ComponentsEnsemble::unit_of_members() const {
    return setup_->problem().dynamics == components::Dynamics::flow ? 1 : lanes;
}

std::uint64_t ComponentsEnsemble::equal_steps() const {
    return setup_->problem().dynamics == components::Dynamics::flow ? 0 : setup_->problem().steps;
}
void ComponentsEnsemble::make_steps(std::uint64_t members, std::uint64_t steps, const Backend& backend) const {
    Payload problem = setup_->problem();
    problem.steps = steps;
    std::vector<double> states(members * static_cast<std::uint64_t>(size_of_state(problem)));
    std::vector<components::Status> status(members);
    std::vector<std::uint32_t> attempts(members);
    components::run_to_ends({&problem, 0, 0, members, nullptr, give_up_request()},
                            {states.data(), status.data(), attempts.data()}, backend);
}

}  // namespace modecollapse
