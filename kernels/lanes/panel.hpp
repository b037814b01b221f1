// A panel: samples that stand side by side, 64 bytes of every row of an array (panels, rows, panel_lanes), on every backend.
#pragma once

namespace modecollapse {

template <class T>
inline constexpr int panel_lanes = static_cast<int>(64 / sizeof(T));

}  // namespace modecollapse
