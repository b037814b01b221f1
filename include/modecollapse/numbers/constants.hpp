// Numbers that more than one formula needs.
#pragma once

namespace modecollapse {

inline constexpr double pi = 3.14159265358979323846;
inline constexpr double inverse_sqrt_two_pi = 0.39894228040143267794;  // 1 / sqrt(2 pi)
inline constexpr double log_two_pi = 1.8378770664093454836;            // log(2 pi)

}  // namespace modecollapse
