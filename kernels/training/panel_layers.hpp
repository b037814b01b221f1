// The layers of layers.hpp on one CPU thread: a panel of samples is a number of the SIMD lanes.
#pragma once

#include <type_traits>

#include "kernels/lanes/panel_gradients.hpp"
#include "kernels/lanes/two_registers.hpp"
#include "kernels/run/stop_request.hpp"
#include "kernels/training/layers.hpp"

namespace modecollapse {

template <class Number>
class PanelLayers {
public:
    using T = ScalarOf<Number>;
    using Row = typename PanelRow<Number>::Type;
    using Alone = Pack<double, register_bytes / 8>;
    static constexpr int lanes = panel_lanes<T>;

    // scratch: room for (panels x lanes) times the rows of the widest array, rounded up to block_columns. stop: once due, products
    // end unfinished; or null.
    [[gnu::always_inline]] inline explicit PanelLayers(T* scratch, const StopRequest* stop = nullptr)
        : scratch_(scratch), stop_(stop) {}

    static void pack(const T* weights, int outputs, int inputs, T* forward, T* transposed) {
        pack_weights<Number>(weights, outputs, inputs, inputs, 1, forward);
        pack_weights<Number>(weights, inputs, outputs, 1, inputs, transposed);
    }

    // y = W x + b; b may be null.
    [[gnu::noinline]] void apply(const T* packed, const T* b, int outputs, int inputs, const T* x, int panels, T* y,
                                 Into into) const {
        const auto start = [b](int r) { return b ? b[r] : T(0); };
        const auto put = [&](int p, int r, const auto& sum) {
            T* to = y + at(p, outputs, r);
            using Rows = std::decay_t<decltype(sum)>;
            store(into == Into::sum ? load<Rows>(to) + sum : sum, to);
        };
        panel_product<Number>(packed, outputs, inputs, x, panels, start, put, stop_);
    }

    // dx = W^T dy.
    void apply_transposed(const T* packed, int outputs, int inputs, const T* dy, int panels, T* dx, Into into) const {
        apply(packed, nullptr, inputs, outputs, dy, panels, dx, into);
    }

    // W += sum of dy x^T, b += sum of dy (b may be null).
    void add_gradient(const T* dy, int outputs, const T* x, int inputs, int panels, T* weights, T* biases) const {
        add_weight_gradient<Number>(dy, outputs, x, inputs, panels, scratch_, weights, biases, stop_);
    }

    template <class Function>
    [[gnu::always_inline]] static inline void for_each_row(int rows, int panels, const Function& f) {
        const long numbers = static_cast<long>(rows) * panels;
        for (long i = 0; i < numbers; ++i) f(i * lanes);
    }
    template <class Function>
    [[gnu::always_inline]] static inline void for_each_panel(int panels, const Function& f) {
        for (int p = 0; p < panels; ++p) f(p);
    }
    template <class Function>
    [[gnu::always_inline]] static inline void for_each(std::uint64_t count, const Function& f) {
        for (std::uint64_t i = 0; i < count; ++i) f(i);
    }
    template <class Function>
    [[gnu::always_inline]] static inline void for_each_of(int panels, int rows, const Function& f) {
        for (int p = 0; p < panels; ++p)
            for (int r = 0; r < rows; ++r) f(p, r);
    }
    template <class Function>
    [[gnu::always_inline]] static inline void for_each_alone(std::uint64_t count, const Function& f) {
        for (std::uint64_t i = 0; i < count; ++i) f(i, 0);
    }
    template <class Function>
    [[gnu::always_inline]] static inline void share_columns(int, const Function& f) {
        f(ColumnShare{0, 1, 0, 1});
    }
    template <class Function>
    [[gnu::always_inline]] static inline double of_one(const Function& f) {
        return f();
    }
    static void meet() {}

    template <class Make>
    void add_sums(int count, int panels, const Make& make, T* to) const {
        for (int k = 0; k < count; ++k) {
            const auto add = make(k);
            Row sum = Row(0.0);
            for (int p = 0; p < panels; ++p) add(p, sum);
            T lane[lanes];
            store(sum, lane);
            to[k] += halved_sum<lanes>(lane);
        }
    }

    bool is_due() const { return modecollapse::is_due(stop_); }

    static int panels_of(std::uint64_t samples) { return static_cast<int>((samples + lanes - 1) / lanes); }

    // f(rows, offset), `rows` of the type to load and store by: two rows beside each other where a row is one register, which
    // hide each other's latency in a long chain of operations.
    template <class Function>
    [[gnu::always_inline]] static inline void for_each_rows(int rows, int panels, const Function& f) {
        using Rows = std::conditional_t<std::is_same_v<Row, Number>, TwoRegisters<Row>, Row>;
        constexpr long each = NumberTraits<Rows>::lanes / lanes;
        const long numbers = static_cast<long>(rows) * panels, whole = numbers / each * each;
        for (long i = 0; i < whole; i += each) f(Rows(), i * lanes);
        if (whole < numbers) f(Row(), whole * lanes);
    }

    // Offset of row r of panel p in an array of `rows` rows.
    [[gnu::always_inline]] static inline long at(int p, int rows, int r) {
        return (static_cast<long>(p) * rows + r) * lanes;
    }

private:
    T* scratch_;
    const StopRequest* stop_;
};

}  // namespace modecollapse
