// Uniform starts of a member's parameters: parameter i from word i mod 4 of block i / 4 of the family's purpose.
#pragma once

#include "modecollapse/random/random123_words.hpp"

namespace modecollapse {

template <class T>
class ParameterDraws {
public:
    [[gnu::always_inline]] inline ParameterDraws(Purpose purpose, std::uint64_t seed, std::uint64_t member,
                                                 T* parameters)
        : purpose_(purpose), seed_(seed), member_(member), parameters_(parameters) {}

    // Uniform on (-1, 1) times `width`, plus `center`: parameters first .. end.
    [[gnu::always_inline]] inline void operator()(std::uint64_t first, std::uint64_t end, double center,
                                                  double width) const {
        const Random123Words words;
        for (std::uint64_t k = first; k < end; ++k) {
            const Words w = words(seed_, counter_of(purpose_, k / 4, member_));
            parameters_[k] = static_cast<T>(fma(width, fma(2.0, uniform_32(w.value[k % 4]), -1.0), center));
        }
    }

private:
    Purpose purpose_;
    std::uint64_t seed_, member_;
    T* parameters_;
};

}  // namespace modecollapse
