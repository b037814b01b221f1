// How many trajectories a block of the CUDA backend takes, one after the other a thread.
//
//   share = ceil(trajectories of all ensembles that run now / (blocks wanted a multiprocessor * multiprocessors))
//
// Many, so that a block's last ones weigh little (bench/lane_efficiency replays it); fewer when what runs is too small to fill the
// device.
#pragma once

#include <algorithm>
#include <cstdint>

namespace modecollapse {

// Ensembles that a sweep runs side by side on a GPU: with 32 of 10^5 trajectories, blocks take 6000 each.
constexpr unsigned int ensembles_of_a_gpu = 32;
constexpr unsigned int trajectory_block_threads = 128;

// trajectories: of a launch; together: ensembles that run now, this one too. Of several, fewer blocks fill the device: one
// begins while another ends.
inline std::uint64_t trajectories_a_block(std::uint64_t trajectories, unsigned int together,
                                          std::uint64_t multiprocessors) {
    constexpr std::uint64_t least = trajectory_block_threads, most = 48 * trajectory_block_threads;
    const std::uint64_t blocks = (together > 1 ? 4 : 8) * multiprocessors, all = trajectories * together;
    return std::clamp<std::uint64_t>(all / blocks + (all % blocks != 0 ? 1 : 0), least, most);
}

}  // namespace modecollapse
