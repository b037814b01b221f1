// Hands files to a fuzz target, one after the other, without libFuzzer: each file given, or all of a folder. So every
// compiler tests the corpus, and inputs that once crashed the program stay tests.
#include <filesystem>
#include <iterator>
#include <vector>

#include "tests/fuzz/file.hpp"

int main(int argc, char** argv) {
    namespace fs = std::filesystem;
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        std::vector<fs::path> paths = {argv[i]};
        if (fs::is_directory(paths.front()))
            paths.assign(fs::directory_iterator(paths.front()), fs::directory_iterator());
        for (const fs::path& path : paths) {
            std::ifstream file(path, std::ios::binary);
            const std::string bytes((std::istreambuf_iterator<char>(file)), {});
            std::printf("%s\n", path.c_str());
            std::fflush(stdout);
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
            ++files;
        }
    }
    std::printf("%zu files\n", files);
    return files == 0 ? 1 : 0;
}
