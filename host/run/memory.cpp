#include "host/run/memory.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "host/run/cgroup.hpp"

namespace modecollapse {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

// A line "key: 123 kB" of a file under /proc, in bytes.
double kilobytes_of(const std::string& path, const std::string& key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (line.rfind(key + ":", 0) == 0) return 1024.0 * std::strtod(line.c_str() + key.size() + 1, nullptr);
    return unlimited;
}

double number_of(const std::string& path) {  // "max", and files that are not there: none
    const std::string line = first_line_of(path);
    return line.empty() || line == "max" ? unlimited : std::strtod(line.c_str(), nullptr);
}

// What a group may still take; pages of files that can be dropped count as free.
double left_in_group(const std::string& folder) {
    double limit = number_of(folder + "/memory.max"), used = number_of(folder + "/memory.current");
    if (std::isinf(limit) && std::isinf(used)) {  // version 1
        limit = number_of(folder + "/memory.limit_in_bytes");
        used = number_of(folder + "/memory.usage_in_bytes");
    }
    if (std::isinf(limit) || std::isinf(used)) return unlimited;
    double files = 0.0;
    std::ifstream statistics(folder + "/memory.stat");
    std::string key;
    for (double value; statistics >> key >> value;)
        if (key == "inactive_file" || key == "active_file") files += value;
    return limit - used + files;
}

double left_in_address_space(const std::string& root) {
    rlimit limit = {};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return unlimited;
    const double used = kilobytes_of(root + "/proc/self/status", "VmSize");
    return std::isinf(used) ? unlimited : static_cast<double>(limit.rlim_cur) - used;
}

}  // namespace

double available_memory(const std::string& root) {
    double least = std::min(kilobytes_of(root + "/proc/meminfo", "MemAvailable"), left_in_address_space(root));
    for (const std::string& folder : cgroup_folders("memory", root)) least = std::min(least, left_in_group(folder));
    return std::max(0.0, least);
}

std::string bytes_text(double bytes) {
    char text[32];
    if (bytes < 0.95e9)
        std::snprintf(text, sizeof text, "%.0f MB", std::fmax(1.0, std::ceil(bytes / 1e6)));
    else
        std::snprintf(text, sizeof text, "%.3g GB", bytes / 1e9);
    return text;
}

void require_memory(const std::string& what, double bytes) {
    const double available = available_memory();
    if (bytes > available)
        throw TooLarge(what + " needs about " + bytes_text(bytes) + " of memory, and " + bytes_text(available) +
                       " are free (allowed: what fits; ask for less)");
}

}  // namespace modecollapse
