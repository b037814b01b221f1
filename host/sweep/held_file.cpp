#include "host/sweep/held_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <vector>

#include "host/sweep/run_files.hpp"

namespace modecollapse {
namespace {

constexpr int errno_of_nfs_without_locks = 524;  // ENOTSUPP, which no header of the C library names
constexpr std::time_t seconds_to_write = 10;     // a file still empty after them was left by a killed process

std::string held_path(const std::string& folder) { return in_folder(folder, "lock.held"); }

std::string host_name() {
    char name[256] = "unknown";
    gethostname(name, sizeof name - 1);
    return name;
}

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string line_of(const std::string& text) { return text.substr(0, text.find('\n')); }

// Field 22 of /proc/PID/stat; the second, a name in parentheses, may hold spaces. Empty: there is no such process.
std::string start_of(const std::string& pid) {
    std::string text = text_of("/proc/" + pid + "/stat");
    text.erase(0, text.rfind(')') + 1);
    for (int field = 3; field < 22 && !text.empty(); ++field) text.erase(0, text.find(' ', 1));
    return text.empty() ? text : text.substr(1, text.find(' ', 1) - 1);
}

// What is true of this machine and of the processes that this one can see.
std::string boot_and_namespace() {
    char name[64] = {};
    const ssize_t size = readlink("/proc/self/ns/pid", name, sizeof name - 1);
    return line_of(text_of("/proc/sys/kernel/random/boot_id")) + ' ' + std::string(name, size > 0 ? size : 0);
}

bool is_empty_for_good(const std::string& path) {
    struct stat info;
    return stat(path.c_str(), &info) == 0 && std::time(nullptr) - info.st_mtime > seconds_to_write;
}

// Does it run, or can nobody tell? `name` is host:pid, `identity` the second line of its file.
bool may_run(const std::string& name, const std::string& identity) {
    const auto colon = name.rfind(':');
    if (colon == std::string::npos || name.substr(0, colon) != host_name()) return true;
    const std::string here = boot_and_namespace();
    if (identity.substr(0, identity.find(' ')) != here.substr(0, here.find(' '))) return false;  // before a restart
    if (identity.rfind(here + ' ', 0) != 0) return true;                                         // in another container
    return start_of(name.substr(colon + 1)) == identity.substr(here.size() + 1);
}

}  // namespace

std::string name_of_process() { return fmt::format("{}:{}", host_name(), getpid()); }

bool has_no_locks(int error) {
    return error == ENOLCK || error == EOPNOTSUPP || error == ENOTSUP || error == ENOSYS ||
           error == errno_of_nfs_without_locks;
}

std::optional<std::string> living_holder(const std::string& folder) {
    const std::string path = held_path(folder);
    struct stat info;
    if (lstat(path.c_str(), &info) != 0 && errno == ENOENT) return std::nullopt;
    const std::optional<std::string> text = read_run_file(path);
    if (!text) return errno == ENOENT ? std::nullopt : std::optional<std::string>("another process");
    if (text->find('\n') == std::string::npos || text->back() != '\n')
        return is_empty_for_good(path) ? std::nullopt : std::optional<std::string>("another process");
    const std::string name = line_of(*text);
    if (!may_run(name, line_of(text->substr(name.size() + 1)))) return std::nullopt;
    return name;
}

bool HeldFile::create() const {
    const int descriptor = open_run_file(path_, O_WRONLY | O_CREAT | O_EXCL);
    if (descriptor < 0) return false;
    const std::string text =
        fmt::format("{}\n{} {}\n", name_of_process(), boot_and_namespace(), start_of(fmt::format("{}", getpid())));
    const bool written = write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const int error = errno;
    close(descriptor);
    if (!written) unlink(path_.c_str());
    errno = error;
    return written;
}

HeldFile::HeldFile(const std::string& folder) : path_(held_path(folder)) {
    if (create()) return;
    if (errno != EEXIST) throw FolderError(fmt::format("{}: cannot be created ({})", path_, std::strerror(errno)));
    const auto in_use = [&](const std::string& holder, const std::string& file) {
        return FolderError(
            fmt::format("{}: the run is in use by {} (wait for it, or stop it; if it no longer runs, "
                        "remove {})",
                        folder, holder, file));
    };
    if (const auto holder = living_holder(folder)) throw in_use(*holder, path_);
    // Its process is dead. Only one process at a time clears it away, and looks again before it does: else it might
    // remove the file of another that has just done so.
    const std::string claim = in_folder(folder, "lock.claim");
    const int claimed = open_run_file(claim, O_WRONLY | O_CREAT | O_EXCL);
    if (claimed < 0) throw in_use("another process that takes it over", claim);
    close(claimed);
    const auto holder = living_holder(folder);
    if (!holder) unlink(path_.c_str());
    const bool made = !holder && create();
    unlink(claim.c_str());
    if (!made) throw in_use(holder ? *holder : "another process", path_);
}

HeldFile::~HeldFile() { unlink(path_.c_str()); }

}  // namespace modecollapse
