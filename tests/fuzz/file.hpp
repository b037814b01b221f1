// What the fuzz targets share: the entry point that libFuzzer calls (and replay.cpp), and a file that holds an input.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace modecollapse::fuzz {

// A file of this process, in memory where there is /dev/shm, removed at the end.
class InputFile {
public:
    InputFile()
        : path_((access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + ("/fuzz-" + std::to_string(getpid()))) {}
    ~InputFile() { unlink(path_.c_str()); }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    const std::string& path() const { return path_; }
    void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

private:
    std::string path_;
};

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// What must hold whatever the input: else the run ends as from a crash.
inline void require_true(bool holds, const std::string& what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what.c_str());
    std::abort();
}

}  // namespace modecollapse::fuzz
