// Adaptive Simpson quadrature of several functions at once over [a, b]: the interval with the largest error is halved
// until the sum of the errors is small. Meant for functions that are smooth but for a few kinks, at which the halving
// gathers. Only the first `judged` of the functions count in the error.
#pragma once

#include <array>
#include <cmath>
#include <vector>

namespace modecollapse {

template <std::size_t size>
struct Quadrature {
    std::array<double, size> value = {};
    double error =
        // sum over the intervals of |Simpson on both halves - Simpson on the whole|, the largest over the judged
        // functions
        0.0;
    int evaluations = 0;
    bool converged = false;
};

// Stops at `accuracy` (absolute, converged) or once `most_evaluations` are used up. At least 9 are made.
template <std::size_t size, std::size_t judged, class Function>
Quadrature<size> adaptive_simpson(const Function& f, double a, double b, double accuracy, int most_evaluations) {
    using Values = std::array<double, size>;
    struct Piece {
        double low, high;
        std::array<Values, 5> at;  // evenly spaced, ends included
        Values value;
        double error;
    };
    const auto finish = [](Piece& piece) {
        const double step = 0.25 * (piece.high - piece.low);
        piece.error = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            const double ends = piece.at[0][i] + piece.at[4][i], odd = piece.at[1][i] + piece.at[3][i],
                         middle = piece.at[2][i];
            const double fine = step / 3.0 * (ends + 4.0 * odd + 2.0 * middle),
                         coarse = 2.0 * step / 3.0 * (ends + 4.0 * middle);
            piece.value[i] = fine;
            if (i < judged) piece.error = std::fmax(piece.error, std::fabs(fine - coarse));
        }
    };
    Quadrature<size> result;
    const auto evaluate = [&](double x) {
        ++result.evaluations;
        return f(x);
    };
    const auto half = [&](double low, double high, const Values& first, const Values& middle, const Values& last) {
        const double step = 0.25 * (high - low);
        Piece piece = {low, high, {first, evaluate(low + step), middle, evaluate(high - step), last}, {}, 0.0};
        finish(piece);
        return piece;
    };
    const double middle = 0.5 * (a + b), step = 0.25 * (b - a);
    const Values at[5] = {evaluate(a), evaluate(a + step), evaluate(middle), evaluate(b - step), evaluate(b)};
    std::vector<Piece> pieces = {half(a, middle, at[0], at[1], at[2]), half(middle, b, at[2], at[3], at[4])};
    for (;;) {
        result.value = {};
        result.error = 0.0;
        std::size_t worst = 0;
        for (std::size_t k = 0; k < pieces.size(); ++k) {
            for (std::size_t i = 0; i < size; ++i) result.value[i] += pieces[k].value[i];
            result.error += pieces[k].error;
            if (pieces[k].error > pieces[worst].error) worst = k;
        }
        result.converged = result.error <= accuracy;
        if (result.converged || result.evaluations + 4 > most_evaluations) return result;
        const Piece piece = pieces[worst];
        const double centre = 0.5 * (piece.low + piece.high);
        pieces[worst] = half(piece.low, centre, piece.at[0], piece.at[1], piece.at[2]);
        pieces.push_back(half(centre, piece.high, piece.at[2], piece.at[3], piece.at[4]));
    }
}

}  // namespace modecollapse
