// Numbers that more than one density needs.
#pragma once

namespace modecollapse {

inline constexpr double log_two_pi = 1.8378770664093454836;  // log(2 pi)

}  // namespace modecollapse
