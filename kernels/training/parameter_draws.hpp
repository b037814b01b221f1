// Uniform starts of a member's parameters: parameter i from word i mod 4 of block i / 4 of the family's purpose.
#pragma once

#include "modecollapse/random/streams.hpp"

namespace modecollapse {

// WordSource: random/streams.hpp. index, size: of the worker among those that share the work.
template <class T, class WordSource>
class ParameterDraws {
public:
    MC_HOST_DEVICE ParameterDraws(const WordSource& words, Purpose purpose, std::uint64_t seed, std::uint64_t member,
                                  T* parameters, int index = 0, int size = 1)
        : words_(words),
          purpose_(purpose),
          seed_(seed),
          member_(member),
          parameters_(parameters),
          index_(static_cast<std::uint64_t>(index)),
          size_(static_cast<std::uint64_t>(size)) {}

    // Uniform on (-1, 1) times `width`, plus `center`: parameters first .. end.
    MC_HOST_DEVICE void operator()(std::uint64_t first, std::uint64_t end, double center, double width) const {
        for (std::uint64_t k = first + index_; k < end; k += size_) {
            const Words w = words_(seed_, counter_of(purpose_, k / 4, member_));
            parameters_[k] = static_cast<T>(fma(width, fma(2.0, uniform_32(w.value[k % 4]), -1.0), center));
        }
    }

private:
    WordSource words_;
    Purpose purpose_;
    std::uint64_t seed_, member_;
    T* parameters_;
    std::uint64_t index_, size_;
};

}  // namespace modecollapse
