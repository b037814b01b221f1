// Large RealNVP networks by batched products (kernels/realnvp/wave.hpp), with Eigen in cuBLAS's place, against the CPU
// backend: equal up to the rounding of sums in another order.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>

#include "kernels/realnvp/wave.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/realnvp_members.hpp"

namespace modecollapse {
namespace {

// One of the threads that share a member; nobody waits inside a phase, so they may run one after the other.
struct Team {
    int index_, size_;
    int index() const { return index_; }
    int size() const { return size_; }
    static void sync() {}
};

enum class Fault { none, reverse_product_not_transposed, gradient_overwritten };

template <class T>
class EigenMachine {
public:
    static constexpr std::uint64_t members = 3;

    EigenMachine(const RealnvpProblem& problem, std::uint64_t seed, std::uint64_t first, Fault fault)
        : problem_(problem),
          seed_(seed),
          first_(first),
          fault_(fault),
          bytes_(realnvp_memory<T>(problem, nullptr).bytes),
          storage_(members * bytes_),
          sums_(members),
          samples_(members * 3 * problem.evaluation_samples) {
        for (std::uint64_t i = 0; i < members; ++i) {
            const RealnvpMemory<T> m = memory(i);
            RealnvpBlock<T, Team, Random123Words>(problem_, m, seed_, first_ + i, {0, 1}, {}).start();
        }
    }

    RealnvpMemory<T> memory(std::uint64_t member) const {
        return realnvp_memory<T>(problem_, storage_.data() + member * bytes_);
    }
    MemberState& state(std::uint64_t member) { return states_[member]; }
    const double* samples(std::uint64_t member) const {
        return samples_.data() + 3 * member * problem_.evaluation_samples;
    }

    void phase(const RealnvpPhase& phase) {
        constexpr int threads = 5;
        for (std::uint64_t i = 0; i < members; ++i)
            for (int thread = 0; thread < threads; ++thread) {
                const RealnvpMemory<T> m = memory(i);
                const Team team = {thread, threads};
                const RealnvpBlock<T, Team, Random123Words> block(problem_, m, seed_, first_ + i, team, {});
                run_phase(phase, problem_, m, block, team, states_[i], sums_[i],
                          samples_.data() + 3 * i * problem_.evaluation_samples);
            }
    }

    void product(const BatchedProduct<T>& p) {
        for (std::uint64_t i = 0; i < members; ++i) {
            const T *a = of(p.a, i), *b = p.shared_b ? p.b : of(p.b, i);
            const bool transpose_b =
                p.transpose_b && !(fault_ == Fault::reverse_product_not_transposed && p.columns == p.inner);
            const Matrix left = p.transpose_a ? Matrix(view(a, p.inner, p.rows, p.lda).transpose())
                                              : Matrix(view(a, p.rows, p.inner, p.lda));
            const Matrix right = transpose_b ? Matrix(view(b, p.columns, p.inner, p.ldb).transpose())
                                             : Matrix(view(b, p.inner, p.columns, p.ldb));
            auto c = Eigen::Map<Matrix, 0, Eigen::OuterStride<>>(const_cast<T*>(of(p.c, i)), p.rows, p.columns,
                                                                 Eigen::OuterStride<>(p.ldc));
            if (p.beta == T(0) || fault_ == Fault::gradient_overwritten)
                c = left * right;
            else
                c += left * right;
        }
    }

private:
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

    static Eigen::Map<const Matrix, 0, Eigen::OuterStride<>> view(const T* data, int rows, int columns, int ld) {
        return {data, rows, columns, Eigen::OuterStride<>(ld)};
    }
    const T* of(const T* pointer, std::uint64_t member) const {
        return reinterpret_cast<const T*>(reinterpret_cast<const unsigned char*>(pointer) + member * bytes_);
    }

    const RealnvpProblem& problem_;
    std::uint64_t seed_, first_;
    Fault fault_;
    std::size_t bytes_;
    support::AlignedStorage storage_;
    std::vector<RealnvpSums> sums_;
    std::vector<double> samples_;
    MemberState states_[members] = {{0, true}, {0, true}, {0, true}};
};

struct Trained {
    std::vector<double> parameters;        // (members, n)
    std::vector<RealnvpMonitor> monitors;  // (members)
    std::vector<MemberState> states;       // (members)
};

template <class T>
Trained by_wave(const RealnvpProblem& problem, Fault fault = Fault::none) {
    using Machine = EigenMachine<T>;
    Machine machine(problem, 9, 4, fault);
    const std::vector<T> ones(tile_samples(problem.shape, problem.batch), T(1));
    RealnvpWave<T, Machine> wave(problem, machine.memory(0), ones.data(), machine);
    for (std::uint64_t i = 0; i < problem.steps + 2; ++i) wave.step(problem.steps);  // two too many: the members rest
    wave.sample();
    Trained result;
    const std::uint64_t n = problem.evaluation_samples;
    for (std::uint64_t i = 0; i < Machine::members; ++i) {
        const RealnvpMemory<T> m = machine.memory(i);
        result.parameters.insert(result.parameters.end(), m.parameters, m.parameters + parameter_count(problem.shape));
        const double* samples = machine.samples(i);
        result.monitors.push_back(monitor_of_samples(problem, samples, samples + n, samples + 2 * n, n));
        result.states.push_back(machine.state(i));
    }
    return result;
}

Trained by_cpu(const RealnvpProblem& problem, Precision precision) {
    constexpr std::uint64_t members = EigenMachine<double>::members;
    const std::size_t n = members * parameter_count(problem.shape);
    Trained result{std::vector<double>(n), std::vector<RealnvpMonitor>(members), {}};
    std::vector<double> first(n), second(n);
    std::uint64_t steps[members];
    std::uint8_t failed[members];
    const TrainingStates states = {result.parameters.data(), first.data(), second.data(), steps, failed};
    RealnvpTask task = {&problem, precision, 9, 4, members, problem.steps};
    task.to = &states;
    task.record.monitor = result.monitors.data();
    run_realnvp_on_cpu(task, {1, best_cpu_isa()});
    for (std::uint64_t i = 0; i < members; ++i) result.states.push_back({steps[i], failed[i] == 0});
    return result;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    EXPECT_EQ(a.size(), b.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::fmax(largest, std::fabs(a[i] - b[i]));
    return largest;
}

// Adam divides a gradient by its own size: where a component is rounding error only, its first steps are as large as
// any other's. So the parameters are compared after SGD, too.
TEST(RealnvpWave, AgreesWithTheCpuBackend) {
    for (const Estimator estimator : {Estimator::reparameterized, Estimator::pathwise})
        for (const CouplingMask mask : {CouplingMask::halves, CouplingMask::random})
            for (const Optimizer optimizer : {Optimizer::sgd, Optimizer::adam}) {
                RealnvpProblem problem = support::eventful_flow(estimator, mask);
                problem.optimizer.optimizer = optimizer;
                const Trained cpu = by_cpu(problem, Precision::double_precision), wave = by_wave<double>(problem);
                EXPECT_LT(largest_difference(wave.parameters, cpu.parameters), 1e-10);
                EXPECT_LT(largest_difference(by_wave<float>(problem).parameters,
                                             by_cpu(problem, Precision::single_precision).parameters),
                          optimizer == Optimizer::sgd ? 1e-5 : 1e-2);
                for (std::size_t i = 0; i < cpu.states.size(); ++i) {
                    EXPECT_EQ(wave.states[i].steps, problem.steps);
                    EXPECT_TRUE(wave.states[i].finite);
                    EXPECT_NEAR(wave.monitors[i].reverse_kl, cpu.monitors[i].reverse_kl, 1e-9);
                    EXPECT_NEAR(wave.monitors[i].mass_plus, cpu.monitors[i].mass_plus, 1e-12);
                }
                for (const Fault fault : {Fault::reverse_product_not_transposed, Fault::gradient_overwritten})  // twins
                    EXPECT_GT(largest_difference(by_wave<double>(problem, fault).parameters, cpu.parameters), 1e-7);
            }
}

TEST(RealnvpWave, EndsAMemberThatIsNotFinite) {
    RealnvpProblem problem = support::eventful_flow(Estimator::reparameterized, CouplingMask::halves);
    problem.optimizer.gradient_clip = 0.0;
    problem.optimizer.optimizer = Optimizer::sgd;
    problem.optimizer.learning_rate = 1e200;  // the second loss overflows
    const Trained cpu = by_cpu(problem, Precision::double_precision), wave = by_wave<double>(problem);
    for (std::size_t i = 0; i < cpu.states.size(); ++i) {
        EXPECT_FALSE(cpu.states[i].finite);
        EXPECT_EQ(wave.states[i].finite, cpu.states[i].finite);
        EXPECT_EQ(wave.states[i].steps, cpu.states[i].steps);
    }
}

}  // namespace
}  // namespace modecollapse
