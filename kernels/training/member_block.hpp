// One member's block of memory, made once for a thread, and its arrays in the type of its precision.
//
// Family::Memory<T>: a struct of arrays with parameters, first_moment, second_moment and bytes; Family::memory_of<T>(problem,
// base): laid out from base on, a null base learns the size; Family::count(problem): parameters.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "kernels/gradient_flow/ensemble.hpp"
#include "kernels/run/clear_memory.hpp"

namespace modecollapse {

template <class Family>
class MemberBlock {
    using Problem = typename Family::Problem;
    template <class T>
    using Memory = typename Family::template Memory<T>;
    static constexpr std::align_val_t alignment{64};

public:
    // Of zeros, unless the stop is due.
    MemberBlock(const Problem& problem, Precision precision, const StopRequest* stop = nullptr)
        : single_(precision == Precision::single_precision), count_(Family::count(problem)) {
        size_ = bytes(problem, precision);
        bytes_.reset(static_cast<std::byte*>(::operator new(size_, alignment)));
        if (single_)
            of_floats_ = Family::template memory_of<float>(problem, bytes_.get());
        else
            of_doubles_ = Family::template memory_of<double>(problem, bytes_.get());
        clear(stop);
    }
    static std::size_t bytes(const Problem& problem, Precision precision) {
        return precision == Precision::single_precision ? Family::template memory_of<float>(problem, nullptr).bytes
                                                        : Family::template memory_of<double>(problem, nullptr).bytes;
    }
    bool clear(const StopRequest* stop) { return clear_memory(bytes_.get(), size_, stop); }  // false: given up
    const void* memory() const { return single_ ? static_cast<const void*>(&of_floats_) : &of_doubles_; }
    const Memory<double>& of_doubles() const { return of_doubles_; }

    // Parameters and moments of member `index` out of an array of states, or into it.
    template <class States>
    void load(const States& states, std::uint64_t index) {
        copy<true>(states, index);
    }
    template <class States>
    void keep(const States& states, std::uint64_t index) {
        copy<false>(states, index);
    }
    void load_parameters(const double* parameters) {
        if (single_)
            std::copy_n(parameters, count_, of_floats_.parameters);
        else
            std::copy_n(parameters, count_, of_doubles_.parameters);
    }
    void copy_parameters(double* to) const {
        for (std::uint64_t i = 0; i < count_; ++i)
            to[i] = single_ ? static_cast<double>(of_floats_.parameters[i]) : of_doubles_.parameters[i];
    }

private:
    template <bool in, class T>
    void copy_array(double* states, T* memory) const {
        for (std::uint64_t i = 0; i < count_; ++i) {
            if (in)
                memory[i] = static_cast<T>(states[i]);
            else
                states[i] = static_cast<double>(memory[i]);
        }
    }
    template <bool in, class States>
    void copy(const States& states, std::uint64_t index) {
        const auto all = [&](const auto& memory) {
            copy_array<in>(states.parameters + index * count_, memory.parameters);
            copy_array<in>(states.first_moment + index * count_, memory.first_moment);
            copy_array<in>(states.second_moment + index * count_, memory.second_moment);
        };
        if (single_)
            all(of_floats_);
        else
            all(of_doubles_);
    }
    struct Release {
        void operator()(std::byte* memory) const { ::operator delete(memory, alignment); }
    };

    bool single_;
    std::uint64_t count_;
    std::size_t size_ = 0;
    std::unique_ptr<std::byte, Release> bytes_;
    Memory<float> of_floats_ = {};
    Memory<double> of_doubles_ = {};
};

}  // namespace modecollapse
