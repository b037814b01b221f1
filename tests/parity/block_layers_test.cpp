// Layers and descents by a team of threads (kernels/training/block_layers.hpp, block_descent.hpp) against those of one CPU thread:
// the same bits, for any size of the team.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "kernels/training/block_descent.hpp"
#include "kernels/training/descent.hpp"
#include "kernels/training/panel_normals.hpp"
#include "kernels/training/sample_normals.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "tests/support/aligned_storage.hpp"
#include "tests/support/normal_numbers.hpp"
#include "tests/support/thread_team.hpp"

namespace modecollapse {
namespace {

using support::AlignedStorage;
using support::ThreadTeam;

// Arrays of one layer, (outputs, inputs) and over `panels` panels of 64 bytes.
template <class T>
class Case {
public:
    Case(int outputs, int inputs, int panels, int seed) : outputs(outputs), inputs(inputs), samples(panels * lanes) {
        const int most = std::max(outputs, inputs) + 4;
        T** const arrays[] = {&weights, &biases, &x, &y, &gradient, &sums, &packed, &transposed, &scratch};
        for (T** array : arrays) {
            *array = reinterpret_cast<T*>(storage_.data()) + used_;
            const auto numbers = static_cast<std::size_t>(most) * static_cast<std::size_t>(std::max(most, 64 * lanes));
            const std::vector<double> values = support::normal_numbers(numbers, seed++);
            std::copy(values.begin(), values.end(), *array);
            used_ += (numbers + 63) / 64 * 64;
        }
    }
    static constexpr int lanes = panel_lanes<T>;
    int outputs, inputs, samples;
    T *weights, *biases, *x, *y, *gradient, *sums, *packed, *transposed, *scratch;

    bool operator==(const Case& other) const {
        const auto same = [&](const T* a, const T* b, int count) { return std::equal(a, a + count, b); };
        return same(x, other.x, inputs * samples) && same(y, other.y, outputs * samples) &&
               same(gradient, other.gradient, outputs * inputs) && same(biases, other.biases, outputs) &&
               same(sums, other.sums, 5);
    }

private:
    AlignedStorage storage_{std::size_t{4} << 20};
    std::size_t used_ = 0;
};

// A forward product, sums over samples, both gradients and a reverse product, in the words of layers.hpp. panels: of the layers.
template <class T, class Layers>
void pass(const Case<T>& c, const Layers& layers, const T* packed, const T* transposed) {
    using Row = typename Layers::Row;
    const int panels = Layers::panels_of(static_cast<std::uint64_t>(c.samples));
    layers.apply(packed, c.biases, c.outputs, c.inputs, c.x, panels, c.y, Into::new_values);
    layers.apply(packed, nullptr, c.outputs, c.inputs, c.x, panels, c.y, Into::sum);
    layers.for_each_row(c.outputs, panels, [&](long i) { store(exp(-load<Row>(c.y + i)), c.y + i); });
    layers.add_sums(
        5, panels,
        [&](int k) {
            return [&c, k](int p, Row& sum) { sum = fma(load<Row>(c.y + Layers::at(p, c.outputs, 0)), Row(k), sum); };
        },
        c.sums);
    layers.add_gradient(c.y, c.outputs, c.x, c.inputs, panels, c.gradient, c.biases);
    layers.add_gradient(c.y, c.outputs, c.x, c.inputs, panels, c.gradient, nullptr);
    layers.meet();
    layers.apply_transposed(transposed, c.outputs, c.inputs, c.y, panels, c.x, Into::sum);
    layers.for_each_panel(panels, [&](int p) {
        for (int r = 0; r < c.inputs; ++r) {
            T* at = c.x + Layers::at(p, c.inputs, r);
            store(load<Row>(at) * Row(0.5), at);
        }
    });
}

template <class T>
void by_team(const Case<T>& c, int threads) {
    support::as_team(threads, [&](const ThreadTeam& team) {
        pass(c, BlockLayers<T, ThreadTeam>(c.scratch, team), c.weights, c.weights);
    });
}

template <class Number>
void expect_equal_bits() {
    using T = ScalarOf<Number>;
    using Layers = PanelLayers<Number>;
    for (const auto& [outputs, inputs] : {std::pair{1, 1}, {5, 3}, {4, 32}, {32, 4}, {13, 29}, {40, 33}})
        for (const int panels : {1, 5}) {
            const Case<T> expected(outputs, inputs, panels, 3);
            Layers::pack(expected.weights, outputs, inputs, expected.packed, expected.transposed);
            pass(expected, Layers(expected.scratch), expected.packed, expected.transposed);
            for (const int threads : {1, 2, 5}) {
                const Case<T> team(outputs, inputs, panels, 3);
                by_team(team, threads);
                EXPECT_TRUE(team == expected) << outputs << ' ' << inputs << ' ' << panels << ' ' << threads;
            }
            const Case<T> twin(outputs, inputs, panels, 4);  // other numbers
            by_team(twin, 2);
            EXPECT_FALSE(twin == expected);
        }
}

TEST(BlockLayers, HaveTheBitsOfOneThread) {
    expect_equal_bits<Pack<double, 2>>();
    expect_equal_bits<Pack<float, 4>>();
}

// Two steps with moments, the second clipped; a number that is not finite ends the training.
template <class Number>
void expect_equal_descents() {
    using T = ScalarOf<Number>;
    constexpr std::uint64_t count = 40 * panel_lanes<T>;
    OptimizerSettings settings;
    settings.gradient_clip = 1.0;
    const auto descended = [&](bool finite, const std::function<bool(std::uint64_t, const DescentArrays<T>&)>& step) {
        std::vector<T> numbers(4 * count);
        const std::vector<double> values = support::normal_numbers(numbers.size(), 8);
        std::copy(values.begin(), values.end(), numbers.begin());
        for (std::uint64_t i = 2 * count; i < 3 * count; ++i) numbers[i] *= numbers[i];
        if (!finite) numbers[3 * count + 11] = T(1) / T(0);
        const DescentArrays<T> arrays = {numbers.data(), numbers.data() + count, numbers.data() + 2 * count,
                                         numbers.data() + 3 * count, count};
        bool went_on = true;
        for (std::uint64_t n = 0; n < 2; ++n) went_on = went_on && step(n, arrays);
        EXPECT_EQ(went_on, finite);
        return numbers;
    };
    for (const bool finite : {true, false})
        for (const int threads : {1, 3}) {
            const std::vector<T> one = descended(
                finite, [&](std::uint64_t n, const DescentArrays<T>& m) { return descend<Number>(settings, n, 5, m); });
            std::vector<T> team = descended(finite, [&](std::uint64_t n, const DescentArrays<T>& m) {
                bool results[3] = {};
                T room[panel_lanes<T>];
                support::as_team(threads, [&](const ThreadTeam& thread) {
                    const BlockLayers<T, ThreadTeam> layers(room, thread);
                    results[thread.index()] = descend(layers, settings, n, 5, m);
                });
                for (int i = 0; i < threads; ++i) EXPECT_EQ(results[i], results[0]);  // all threads know
                return results[0];
            });
            EXPECT_TRUE(std::memcmp(one.data(), team.data(), one.size() * sizeof(T)) == 0);
            team[5] = -team[5];
            EXPECT_FALSE(std::memcmp(one.data(), team.data(), one.size() * sizeof(T)) == 0);  // twin
        }
}

TEST(BlockLayers, DescendWithTheBitsOfOneThread) {
    expect_equal_descents<Pack<double, 2>>();
    expect_equal_descents<Pack<float, 4>>();
}

TEST(BlockLayers, DrawTheNormalsOfPanels) {
    using Number = Pack<double, 2>;
    using Layers = BlockLayers<double, ThreadTeam>;
    constexpr std::uint32_t rows = 7;
    constexpr int panels = 2;
    double of_panels[rows * panels * 8], of_samples[rows * panels * 8];
    PanelNormals<Number>(5, 6).all(Purpose::vae_noise, 100, rows, panels, of_panels);
    const SampleNormals<Layers, Random123Words> normals({}, 5, 6);
    for (int p = 0; p < panels * 8; ++p)
        normals(Purpose::vae_noise, 100 + static_cast<std::uint64_t>(p), rows, p, 0, of_samples);
    EXPECT_TRUE(std::equal(of_panels, of_panels + rows * panels * 8, of_samples));
}

}  // namespace
}  // namespace modecollapse
