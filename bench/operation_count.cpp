#include "bench/operation_count.hpp"

#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/reduced_sampler.hpp"

namespace modecollapse {
namespace bench {
namespace {
OperationCount tally = {};
}  // namespace
}  // namespace bench

// A double that counts what is done to it.
struct Counted {
    double value;
    Counted() = default;
    explicit Counted(double x) : value(x) {}
};

template <>
struct NumberTraits<Counted> {
    using Scalar = double;
    using Mask = bool;
    using Bits = std::uint64_t;
    static constexpr int lanes = 1;
    static Counted load(const double* lane) { return Counted(*lane); }
    static Counted from_bits(std::uint64_t bits) { return Counted(NumberTraits<double>::from_bits(bits)); }
};

inline Counted operator+(Counted a, Counted b) { return ++bench::tally.added, Counted(a.value + b.value); }
inline Counted operator-(Counted a, Counted b) { return ++bench::tally.added, Counted(a.value - b.value); }
inline Counted operator*(Counted a, Counted b) { return ++bench::tally.multiplied, Counted(a.value * b.value); }
inline Counted operator/(Counted a, Counted b) { return ++bench::tally.divided, Counted(a.value / b.value); }
inline Counted operator-(Counted a) { return Counted(-a.value); }
inline bool operator<(Counted a, Counted b) { return a.value < b.value; }
inline bool operator<=(Counted a, Counted b) { return a.value <= b.value; }
inline bool operator>(Counted a, Counted b) { return a.value > b.value; }
inline bool operator>=(Counted a, Counted b) { return a.value >= b.value; }
inline bool operator==(Counted a, Counted b) { return a.value == b.value; }
inline Counted fma(Counted a, Counted b, Counted c) {
    return ++bench::tally.fused, Counted(fma(a.value, b.value, c.value));
}
inline Counted sqrt(Counted a) { return ++bench::tally.roots, Counted(sqrt(a.value)); }
inline Counted abs(Counted a) { return Counted(abs(a.value)); }
inline Counted select(bool mask, Counted a, Counted b) { return mask ? a : b; }
inline float to_single(Counted a) { return static_cast<float>(a.value); }
inline std::uint64_t to_bits(Counted a) { return to_bits(a.value); }
inline void store(Counted a, double* lanes) { *lanes = a.value; }

namespace bench {
namespace {

// A typical state on the way, so that no branch for the edge of the admissible set is taken.
const OrderParameters<Counted> underway = {Counted(0.3), Counted(-0.2), Counted(0.9), Counted(0.0)};

template <class Work>
OperationCount counted(const Work& work) {
    tally = {};
    work();
    return tally;
}

// The continuous extension of a step: not used by an ensemble, and the compiler leaves it out.
template <FieldProgram kind>
OperationCount dense_extension() {
    const OrderParameters<Counted> k[7] = {underway, underway, underway, underway, underway, underway, underway};
    constexpr dormand_prince_5::Tableau t = dormand_prince_5::tableau();
    return counted([&] { dormand_prince::scaled_sum<kind>(Counted(0.1), underway, k, t.dense, t.dense, 7); });
}

OperationCount mean(std::uint64_t trajectories, OperationCount all) {
    for (double* number : {&all.fused, &all.multiplied, &all.added, &all.divided, &all.roots})
        *number /= static_cast<double>(trajectories);
    return all;
}

template <FieldProgram kind>
OperationCount count_trajectories(const GradientFlowPayload& problem, std::uint64_t seed, double dimension) {
    constexpr std::uint64_t trajectories = 256;
    const InitialLaw<Counted, Random123Words> law(Random123Words{}, seed, dimension);
    const TrajectoryStepper<Counted, kind> stepper(problem);
    double attempts = 0.0;
    OperationCount all = counted([&] {
        for (std::uint64_t id = 0; id < trajectories; ++id) {
            OrderParameters<Counted> start = law(&id);
            start.weight = Counted(problem.start_weight);
            if (stepper.held(start).value >= 0.0) continue;
            Trajectory<Counted> trajectory = stepper.start(start);
            while (stepper.advance(trajectory).end.value < 0.0) {
            }
            attempts += trajectory.attempts.value;
        }
    });
    const bool has_edge =
        problem.flow.geometry == WeightGeometry::simplex;  // only there is the continuous extension used
    if (!has_edge) {
        all.fused -= attempts * dense_extension<kind>().fused;
        all.multiplied -= attempts * dense_extension<kind>().multiplied;
    }
    return mean(trajectories, all);
}

}  // namespace

OperationCount count_expectations(const GradientFlowPayload& problem) {
    const FastExpectations& fast = problem.flow.expectations;
    return counted([&] {
        fast.attraction(underway.m1);
        fast.attraction(underway.m2);
        fast.overlap(underway.u);
    });
}

OperationCount count_field(const GradientFlowPayload& problem) {
    return counted([&] { problem.flow(underway, Counted(problem.beta)); });
}

OperationCount count_attempt(const GradientFlowPayload& problem) {
    const TrajectoryStepper<Counted> stepper(problem);
    Trajectory<Counted> trajectory = stepper.start(underway);
    OperationCount all = counted([&] { stepper.advance(trajectory); });
    const OperationCount dense = dense_extension<FieldProgram::lean>();
    all.fused -= dense.fused;
    all.multiplied -= dense.multiplied;
    return all;
}

OperationCount count_start(std::uint64_t seed, double dimension) {
    constexpr std::uint64_t trajectories = 4096;
    const InitialLaw<Counted, Random123Words> law(Random123Words{}, seed, dimension);
    return mean(trajectories, counted([&] {
                    for (std::uint64_t id = 0; id < trajectories; ++id) law(&id);
                }));
}

OperationCount count_trajectory(const GradientFlowPayload& problem, std::uint64_t seed, double dimension) {
    return kind_of(problem) == FieldProgram::lean ? count_trajectories<FieldProgram::lean>(problem, seed, dimension)
                                                  : count_trajectories<FieldProgram::general>(problem, seed, dimension);
}

OperationCount count_reduced_step(const SgdPayload& problem, std::uint64_t seed) {
    const std::uint64_t id = 0;
    const LaneNormals<Counted, Random123Words> normals(Random123Words{}, seed, &id);
    const ReducedSampler<Counted, SgdProgram::plain, LaneNormals<Counted, Random123Words>, Random123Words> sampler(
        problem, normals, Random123Words{}, seed, &id);
    return counted([&] { sampler.step(underway, 0); });
}

OperationCount count_normal_block() {
    const std::uint64_t id = 0;
    const LaneNormals<Counted, Random123Words> normals(Random123Words{}, 1, &id);
    return counted([&] { normals(Purpose::sample_normals, 0); });
}

}  // namespace bench
}  // namespace modecollapse
