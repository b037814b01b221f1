// Integrals over [0, 1] of functions that are smooth but for a few kinks, which show: the function's `signature` differs
// on their two sides. (Several functions at once; a probability: the judged ones lie between 0 and 1.)
//
//   1. Between neighbours of different signature the kink is bracketed by bisection. A bracket counts as a trapezoid,
//      with an error of at most half its width times the change across it.
//   2. On a piece [a, b] without kinks v = a + (b - a) S(t), S(t) = t^3 (10 - 15 t + 6 t^2), makes roots and powers at
//      either end harmless. The trapezoidal rule in t, exact for constants, is refined by halving.
//   3. Two rules may agree by chance, so the error of a piece is taken from two Fourier coefficients of its integrand
//      instead, and is no less than 1/32 of that before the last halving; what was not looked into counts with its whole
//      width.
//
// Samples are asked for in batches and see only samples of earlier batches, so that a result does not depend on how a
// batch is spread over threads.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "host/theory/quadrature_sample.hpp"

namespace modecollapse {

// Sample: derived from QuadratureSample. Only the first `judged` functions count in the error. evaluate: a vector of
// requests -> a vector of Samples. Stops at `accuracy` (converged), or where it would take more than `most_samples`.
template <class Sample, std::size_t judged, class Evaluate>
class PiecewiseQuadrature {
public:
    static constexpr std::size_t size = Sample::size;

    PiecewiseQuadrature(const Evaluate& evaluate, double accuracy, int most_samples)
        : evaluate_(evaluate), accuracy_(accuracy), most_samples_(static_cast<std::size_t>(most_samples)) {}

    Quadrature<size> operator()() {
        pieces_.push_back({0.0, 1.0});
        while (narrow_brackets() || start_pieces() || refine_pieces()) {
        }
        return result();
    }

    const std::map<double, Sample>& samples() const { return samples_; }  // by v

private:
    using Values = std::array<double, size>;
    using Wanted = std::vector<std::pair<double, double>>;  // v and weight

    static constexpr int first_intervals = 8, fewest_intervals = 4, most_intervals = 64;  // in t; more: cut in halves
    static constexpr double bracket_share = 0.04;  // of the accuracy, that a bracket may use up
    static constexpr double caution = 0.5;  // times a coefficient is the error: tests/stat/theory_errors_test.cpp
    static constexpr double fastest = 1.0 / 32.0;  // decay of an error that is believed
    static constexpr double refined_to = 0.5;      // of the accuracy: what the pieces left alone may amount to

    struct Piece {
        double low, high;
        int intervals = 0;  // 0: not looked into
        Values value = {};
        double error = 0.0, error_before = 0.0;
        double bound() const { return intervals == 0 ? high - low : error; }
    };
    struct Bracket {
        double low, high;
    };

    static double step(double t) { return t * t * t * (10.0 - t * (15.0 - 6.0 * t)); }
    static double slope(double t) { return 30.0 * t * t * (1.0 - t) * (1.0 - t); }
    // NaN if either is: an unknown error stays unknown.
    static double larger(double a, double b) { return a >= b || std::isnan(a) ? a : b; }
    static double node(int k, int intervals) { return static_cast<double>(k) / intervals; }
    static double place(const Piece& piece, double t) { return piece.low + (piece.high - piece.low) * step(t); }
    bool has_room(std::size_t more) const { return samples_.size() + more <= most_samples_; }

    void take(const Wanted& wanted) {
        std::vector<SampleRequest<Sample>> requests;
        for (const auto& [at, weight] : wanted) {
            const auto right = samples_.lower_bound(at);
            if (right != samples_.end() && right->first == at) continue;
            const Sample* const left = right == samples_.begin() ? nullptr : &std::prev(right)->second;
            requests.push_back({at, weight, left, right == samples_.end() ? nullptr : &right->second});
        }
        std::vector<Sample> found = evaluate_(requests);
        for (std::size_t i = 0; i < found.size(); ++i) samples_.emplace(requests[i].at, std::move(found[i]));
    }

    double error_of(const Bracket& bracket) const {
        const Values &low = samples_.at(bracket.low).value, &high = samples_.at(bracket.high).value;
        double jump = 0.0;
        for (std::size_t i = 0; i < judged; ++i) jump = larger(jump, std::fabs(low[i] - high[i]));
        return 0.5 * (bracket.high - bracket.low) * jump;
    }

    bool is_wide(const Bracket& bracket) const { return error_of(bracket) > bracket_share * accuracy_; }

    // Halves the brackets that are too wide; a third signature in the middle makes two of one.
    bool narrow_brackets() {
        std::vector<std::size_t> wide;
        Wanted middles;
        for (std::size_t i = 0; i < brackets_.size(); ++i)
            if (is_wide(brackets_[i])) {
                wide.push_back(i);
                middles.emplace_back(0.5 * (brackets_[i].low + brackets_[i].high), 1.0);
            }
        if (wide.empty() || !has_room(wide.size())) return false;
        take(middles);
        for (std::size_t k = 0; k < wide.size(); ++k) {
            const auto [low, high] = brackets_[wide[k]];
            const double middle = middles[k].first;
            const std::string& signature = samples_.at(middle).signature;
            if (signature == samples_.at(low).signature) {
                brackets_[wide[k]].low = middle;
                give_to_piece(low, middle);
            } else if (signature == samples_.at(high).signature) {
                brackets_[wide[k]].high = middle;
                give_to_piece(middle, high);
            } else {
                brackets_[wide[k]].high = middle;
                brackets_.push_back({middle, high});
            }
        }
        return true;
    }
    // [low, high], one end of which is the end of a bracket's neighbour, which has not been looked into yet.
    void give_to_piece(double low, double high) {
        for (Piece& piece : pieces_) {
            if (piece.intervals > 0 || (piece.high != low && piece.low != high)) continue;
            (piece.high == low ? piece.high : piece.low) = piece.high == low ? high : low;
            return;
        }
        pieces_.push_back({low, high});
    }

    bool start_pieces() {
        const auto is_new = [](const Piece& piece) { return piece.intervals == 0; };
        const auto count = static_cast<std::size_t>(std::count_if(pieces_.begin(), pieces_.end(), is_new));
        const int intervals = samples_.empty() ? first_intervals : fewest_intervals;
        if (count == 0 || !has_room(count * static_cast<std::size_t>(intervals - 1))) return false;
        Wanted wanted;
        for (Piece& piece : pieces_)
            if (is_new(piece)) add_nodes(piece, intervals, wanted);
        take(wanted);
        measure_pieces();
        return true;
    }

    // The worst pieces, until the others are good enough.
    bool refine_pieces() {
        double error = total_error();
        if (!(error > accuracy_)) return false;
        std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) {
            return a.error != b.error ? a.error > b.error : a.low < b.low;
        });
        std::size_t worst = 0, more = 0;
        for (; worst < pieces_.size() && error > refined_to * accuracy_ && pieces_[worst].error > 0.0; ++worst) {
            const int intervals = pieces_[worst].intervals;
            error -= pieces_[worst].error;
            more += static_cast<std::size_t>(intervals < most_intervals ? intervals : 2 * (fewest_intervals - 1));
        }
        if (worst == 0 || !has_room(more)) return false;
        Wanted wanted;
        for (std::size_t i = 0; i < worst; ++i) {
            if (pieces_[i].intervals < most_intervals) {
                add_nodes(pieces_[i], 2 * pieces_[i].intervals, wanted);
                continue;
            }
            const double middle = 0.5 * (pieces_[i].low + pieces_[i].high);
            pieces_.push_back({middle, pieces_[i].high});
            pieces_[i] = {pieces_[i].low, middle};
        }
        take(wanted);
        measure_pieces();
        return true;
    }

    void add_nodes(Piece& piece, int intervals, Wanted& wanted) {
        for (int k = 1; k < intervals; k += piece.intervals == 0 ? 1 : 2)
            wanted.emplace_back(place(piece, node(k, intervals)), slope(node(k, intervals)));
        piece.intervals = intervals;
        piece.error = -1.0;  // to be measured
    }
    // Pieces that turn out to have a kink are cut at it, the others summed.
    void measure_pieces() {
        std::vector<Piece> kept;
        for (Piece& piece : pieces_) {
            if (piece.error < 0.0) {
                if (cut(piece, kept)) continue;
                sum(piece);
            }
            kept.push_back(piece);
        }
        pieces_ = std::move(kept);
    }
    bool cut(const Piece& piece, std::vector<Piece>& kept) {
        const std::size_t before = brackets_.size();
        const auto end = samples_.upper_bound(piece.high);
        double low = piece.low;
        for (auto here = samples_.lower_bound(piece.low), next = here; here != end; here = next) {
            next = std::next(here);
            if (next == end || next->second.signature == here->second.signature) continue;
            if (!is_wide({here->first, next->first})) continue;  // a kink without consequence
            brackets_.push_back({here->first, next->first});
            if (here->first > low) kept.push_back({low, here->first});
            low = next->first;
        }
        if (brackets_.size() == before) return false;
        if (piece.high > low) kept.push_back({low, piece.high});
        return true;
    }
    void sum(Piece& piece) const {
        const double before = piece.error_before;
        piece.value = trapezoid(piece, piece.intervals);
        piece.error = 0.0;
        for (std::size_t i = 0; i < judged; ++i) piece.error = larger(piece.error, roughness(piece, i));
        piece.error = larger(piece.error, fastest * before);
        piece.error_before = piece.error;
    }
    // The two highest coefficients of the Fourier series that n nodes show, of (f - mean) dS/dt. The rule's error is the
    // n-th, the change from n/2 to n nodes the (n/2)-th alone, which vanishes by chance and by symmetry.
    double roughness(const Piece& piece, std::size_t i) const {
        const int n = piece.intervals;
        const double mean = piece.value[i] / (piece.high - piece.low);
        double largest = 0.0;
        for (const int frequency : {n / 2 - 1, n / 2}) {
            double cosine = 0.0, sine = 0.0;
            for (int k = 1; k < n; ++k) {
                const double t = node(k, n), angle = 6.283185307179586 * frequency * t;
                const double term = (samples_.at(place(piece, t)).value[i] - mean) * slope(t) / n;
                cosine += term * std::cos(angle);
                sine += term * std::sin(angle);
            }
            largest = larger(largest, std::hypot(cosine, sine));
        }
        return caution * (piece.high - piece.low) * largest;
    }
    Values trapezoid(const Piece& piece, int intervals) const {
        double all = 0.0;
        for (int k = 1; k < intervals; ++k) all += slope(node(k, intervals));
        Values result = {};
        for (int k = 1; k < intervals; ++k) {
            const double share = (piece.high - piece.low) * slope(node(k, intervals)) / all;
            const Values& value = samples_.at(place(piece, node(k, intervals))).value;
            for (std::size_t i = 0; i < size; ++i) result[i] += share * value[i];
        }
        return result;
    }

    double total_error() const {
        double total = 0.0;
        for (const Piece& piece : pieces_) total += piece.bound();
        for (const Bracket& bracket : brackets_) total += error_of(bracket);
        return total;
    }
    Quadrature<size> result() const {
        Quadrature<size> all;
        all.error = total_error();
        all.converged = all.error <= accuracy_;
        const auto add_trapezoid = [&](double low, double high) {
            for (const double end : {low, high}) {
                const auto sample = samples_.find(end);
                if (sample == samples_.end()) continue;  // 0 and 1 are not sampled
                for (std::size_t i = 0; i < size; ++i) all.value[i] += 0.5 * (high - low) * sample->second.value[i];
            }
        };
        for (const Bracket& bracket : brackets_) add_trapezoid(bracket.low, bracket.high);
        for (const Piece& piece : pieces_) {
            if (piece.intervals == 0) add_trapezoid(piece.low, piece.high);
            for (std::size_t i = 0; i < size; ++i) all.value[i] += piece.value[i];
        }
        return all;
    }

    const Evaluate& evaluate_;
    double accuracy_;
    std::size_t most_samples_;
    std::map<double, Sample> samples_;
    std::vector<Piece> pieces_;
    std::vector<Bracket> brackets_;
};

}  // namespace modecollapse
