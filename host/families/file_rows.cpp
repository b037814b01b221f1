#include "host/families/file_rows.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <random>
#include <utility>

namespace modecollapse {

// Fisher and Yates; the generator's numbers are the same everywhere [C++ standard, rand.predef].
std::vector<std::uint64_t> shuffled(std::uint64_t rows) {
    std::vector<std::uint64_t> order(rows);
    for (std::uint64_t i = 0; i < rows; ++i) order[i] = i;
    std::mt19937_64 numbers;  // NOLINT(cert-msc32-c,cert-msc51-cpp): to be the same always
    for (std::uint64_t i = rows; i > 1; --i) std::swap(order[i - 1], order[numbers() % i]);
    return order;
}

std::string identity_of(const std::string& path) {
    struct stat info = {};
    if (path.empty() || stat(path.c_str(), &info) != 0) return path;
    return fmt::format("{} {} {} {} {}.{}", path, info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec,
                       info.st_mtim.tv_nsec);
}

}  // namespace modecollapse
