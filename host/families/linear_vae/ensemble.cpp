#include "host/families/linear_vae/ensemble.hpp"

#include <algorithm>

#include "host/families/linear_vae/measures.hpp"
#include "host/families/recorded_parts.hpp"
#include "host/linear_vae/work.hpp"
#include "kernels/linear_vae/ensemble.hpp"

namespace modecollapse {
namespace {

using linear_vae::Ending;
using linear_vae::Payload;
using linear_vae::Quantities;
using namespace linear_vae_measures;

constexpr int unfinished = -1;  // in place of the active directions

// The class of an outcome: with the other reading, whoever has lost the signal is of the first one.
int class_of(LinearVaeReading of, const Ending& ending) {
    const bool lost =
        of == LinearVaeReading::signal_lost && ending.captured == 0 && ending.outcome != linear_vae::Outcome::failed;
    return lost ? 0 : static_cast<int>(ending.outcome);
}

MemberEnd end_of(const Payload& problem, LinearVaeReading of, const Ending& ending, const Quantities& quantities,
                 std::uint64_t steps) {
    const auto attempts = static_cast<std::int64_t>(steps);
    if (ending.outcome == linear_vae::Outcome::failed)
        return {static_cast<int>(ending.outcome), {-1, -1}, {attempts}, {}};
    MemberEnd end = {class_of(of, ending),
                     {ending.active, ending.captured},
                     {attempts},
                     {quantities.kl, quantities.explained_share, quantities.share_of_ceiling, quantities.posterior_kl,
                      quantities.posterior_fisher}};
    if (problem.latent == 1 && problem.signal == 1) end.quantities.push_back(quantities.signal_error);
    return end;
}

}  // namespace

Schema linear_vae_schema(const Settings& settings) {
    const LinearVaeRun run = settings.as<LinearVaeRun>();
    const Payload& p = run.problem;
    Schema schema;
    for (int i = 0; i < linear_vae::outcome_count; ++i) {
        const auto outcome = static_cast<linear_vae::Outcome>(i);
        const bool lost = i == 0 && run.of == LinearVaeReading::signal_lost;
        schema.classes.push_back({lost ? "signal_lost" : linear_vae::outcome_names[i],
                                  outcome == linear_vae::Outcome::collapsed ? OutcomeClass::collapse
                                  : outcome == linear_vae::Outcome::failed  ? OutcomeClass::failure
                                                                            : OutcomeClass::other});
    }
    schema.histograms = {{active_directions.name, p.latent + 1, active_directions.long_name},
                         {captured_directions.name, std::min(p.latent, p.signal) + 1, captured_directions.long_name}};
    schema.events = {{"steps", "steps of the integrator, or of SGD"}};
    schema.quantities = {encoder_kl,
                         explained_share,
                         {"share_of_ceiling", "1", "that over rho/(rho + eta), what the data allow"},
                         posterior_kl,
                         posterior_fisher};
    if (p.latent == 1 && p.signal == 1)
        schema.quantities.push_back({"signal_error", "1", "signal error rho - 2 sqrt(rho) |m| + Q"});
    return schema;
}

LinearVaeEnsemble::LinearVaeEnsemble(const Settings& settings)
    : schema_(linear_vae_schema(settings)),
      problem_(linear_vae_payload(settings)),
      of_(settings.as<LinearVaeRun>().of) {}

std::vector<Tally> LinearVaeEnsemble::run(const Ids& ids, const Backend& backend, const RunControl& control) const {
    const std::uint64_t members = ids.edges.back() - ids.edges.front();
    const std::uint64_t most = members_of_a_call(*this, backend, members, 1u << 18);
    std::vector<Ending> endings(most);
    std::vector<Quantities> quantities(most);
    std::vector<std::uint32_t> steps(most);
    const auto run = [&](std::uint64_t first, std::uint64_t count) {
        std::fill(endings.begin(), endings.end(), Ending{linear_vae::Outcome::failed, unfinished, 0, 0.0});
        linear_vae::run_linear_vaes({&problem_, ids.seed, first, count, nullptr, give_up_request()},
                                    {nullptr, endings.data(), quantities.data(), steps.data()}, backend);
    };
    return parts_by_calls(schema_, ids, most, control, run, [&](std::uint64_t i) -> MemberEnd {
        if (endings[i].active == unfinished) return {-1};
        return end_of(problem_, of_, endings[i], quantities[i], is_flow(problem_.dynamics) ? steps[i] : problem_.steps);
    });
}

double LinearVaeEnsemble::work_of_a_member() const { return linear_vae::work_of_a_member(problem_); }
double LinearVaeEnsemble::bytes_of_a_thread() const { return linear_vae::memory_of_a_thread(problem_); }
std::uint64_t LinearVaeEnsemble::members_at_once(const Backend& backend) const {
    return backend.cuda ? 1u << 16 : 8 * static_cast<std::uint64_t>(backend.threads);
}

std::uint64_t LinearVaeEnsemble::equal_steps() const { return is_flow(problem_.dynamics) ? 0 : problem_.steps; }
void LinearVaeEnsemble::make_steps(std::uint64_t members, std::uint64_t steps, const Backend& backend) const {
    Payload problem = problem_;
    problem.steps = steps;
    std::vector<Ending> endings(members);
    std::vector<Quantities> quantities(members);
    std::vector<std::uint32_t> attempts(members);
    linear_vae::run_linear_vaes({&problem, 0, 0, members, nullptr, give_up_request()},
                                {nullptr, endings.data(), quantities.data(), attempts.data()}, backend);
}

}  // namespace modecollapse
