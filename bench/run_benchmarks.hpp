// The end of every benchmark program: reads its options, checks, and runs what is registered.
#pragma once

#include <benchmark/benchmark.h>

namespace modecollapse::bench {

// Exit status: 0 done, 1 `prepare` (checks, then registers; bool()) refused, 2 wrong use.
template <class Prepare>
int run_benchmarks(int argc, char** argv, Prepare prepare) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    if (!prepare()) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

}  // namespace modecollapse::bench
