// Known answers of Philox4x32-10, from the file kat_vectors of Random123 [Salmon et al., SC 2011]. Data only, for CPU
// and GPU tests alike.
//
// counter and answer: four words, lowest first; key: two words.
#pragma once

#include <cstdint>

namespace modecollapse::support {

struct PhiloxKnownAnswer {
    std::uint32_t counter[4];
    std::uint32_t key[2];
    std::uint32_t answer[4];
};

inline constexpr PhiloxKnownAnswer philox_known_answers[] = {
    {{0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u},
     {0x00000000u, 0x00000000u},
     {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}},
    {{0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu},
     {0xffffffffu, 0xffffffffu},
     {0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}},
    {{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u},  // digits of pi
     {0xa4093822u, 0x299f31d0u},
     {0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}},
};

}  // namespace modecollapse::support
