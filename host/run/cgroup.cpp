#include "host/run/cgroup.hpp"

#include <fstream>
#include <sstream>

namespace modecollapse {
namespace {

// Is `word` one of a list such as "cpu,cpuacct"?
bool names(const std::string& list, const std::string& word) {
    std::istringstream words(list);
    for (std::string one; std::getline(words, one, ',');)
        if (one == word) return true;
    return false;
}

// base/a/b, base/a, base.
void add_upward(const std::string& base, std::string path, std::vector<std::string>& folders) {
    while (path.size() > 1 &&
           path.find("/..") == std::string::npos) {  // "/..": a group outside of this container's view
        folders.push_back(base + path);
        path.resize(path.rfind('/'));
    }
    folders.push_back(base);
}

}  // namespace

std::vector<std::string> cgroup_folders(const std::string& controller, const std::string& root) {
    std::vector<std::string> folders;
    std::ifstream groups(root + "/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {  // number:controllers:path; version 2: 0::path
        const std::size_t first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
        if (controllers.empty())
            add_upward(root + "/sys/fs/cgroup", path, folders);
        else if (names(controllers, controller))
            add_upward(root + "/sys/fs/cgroup/" + controller, path, folders);
    }
    return folders;
}

std::string first_line_of(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

}  // namespace modecollapse
