// Threads of the CPU that wait for each other as those of a CUDA block do (kernels/training/block_layers.hpp).
#pragma once

#include <pthread.h>

#include <thread>
#include <vector>

namespace modecollapse::support {

struct ThreadTeam {
    int index_, size_;
    pthread_barrier_t* barrier;
    double* number_;
    int index() const { return index_; }
    int size() const { return size_; }
    void sync() const { pthread_barrier_wait(barrier); }
    double* number() const { return number_; }
};

// work(team) in each of `threads` threads.
template <class Work>
void as_team(int threads, const Work& work) {
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, nullptr, static_cast<unsigned>(threads));
    double number = 0.0;
    std::vector<std::thread> team;
    for (int i = 1; i < threads; ++i) team.emplace_back([&, i] { work(ThreadTeam{i, threads, &barrier, &number}); });
    work(ThreadTeam{0, threads, &barrier, &number});
    for (std::thread& thread : team) thread.join();
    pthread_barrier_destroy(&barrier);
}

}  // namespace modecollapse::support
