// A tally as 64-bit words, counts then sums: what a record of the journal and a message between ranks hold.
#pragma once

#include <cstring>

#include "host/families/tally.hpp"

namespace modecollapse {

inline std::size_t words_of(const TallySize& size) { return size.counts + size.sums; }

// put(word), take(): one after the other, as bits.
template <class Put>
void put_tally(const Tally& tally, const Put& put) {
    for (const std::int64_t count : tally.counts) put(static_cast<std::uint64_t>(count));
    for (const double sum : tally.sums) {
        std::uint64_t bits;
        std::memcpy(&bits, &sum, sizeof bits);
        put(bits);
    }
}

template <class Take>
Tally take_tally(const TallySize& size, const Take& take) {
    Tally tally;
    for (std::size_t i = 0; i < size.counts; ++i) tally.counts.push_back(static_cast<std::int64_t>(take()));
    for (std::size_t i = 0; i < size.sums; ++i) {
        const std::uint64_t bits = take();
        double sum;
        std::memcpy(&sum, &bits, sizeof sum);
        tally.sums.push_back(sum);
    }
    return tally;
}

}  // namespace modecollapse
