#include "host/sweep/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/io/atomic_file.hpp"
#include "host/sweep/run_files.hpp"

namespace modecollapse {
namespace {

std::string first_line(const std::string& path) {
    const std::string text = read_run_file(path).value_or("");
    return text.substr(0, text.find('\n'));
}

}  // namespace

FolderLock::FolderLock(const std::string& folder) : path_(in_folder(folder, "lock")) {
    descriptor_ = open_run_file(path_, O_RDWR | O_CREAT);
    if (descriptor_ < 0) throw FolderError(fmt::format("{}: cannot be created ({})", path_, std::strerror(errno)));
    try {
        lock(folder);
        write_name();
    } catch (...) {
        close(descriptor_);
        throw;
    }
}

void FolderLock::lock(const std::string& folder) {
    bool locked = flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    for (int i = 0; i < 20 && !locked && errno == EWOULDBLOCK; ++i) {  // `status` holds it for an instant
        usleep(10000);
        locked = flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    }
    const int reason = errno;
    const auto in_use = [&](const std::string& holder) {
        return FolderError(fmt::format("{}: the run is in use by {} (wait for it, or stop it)", folder,
                                       holder.empty() ? "another process" : holder));
    };
    if (locked) {  // the folder may be mounted elsewhere without locks
        if (const auto holder = living_holder(folder)) throw in_use(*holder);
    } else if (has_no_locks(reason)) {
        instead_ = std::make_unique<HeldFile>(folder);
        warning_ = fmt::format(
            "{}: the file system has no locks (flock: {}); {}/lock.held stands in, and a process killed on another "
            "machine leaves it behind",
            folder, std::strerror(reason), folder);
    } else if (reason == EWOULDBLOCK) {
        throw in_use(first_line(path_));
    } else {
        throw FolderError(fmt::format("{}: cannot be locked ({})", path_, std::strerror(reason)));
    }
    before_ = first_line(path_);  // only now: until the lock was free its holder could still write
}

void FolderLock::write_name() {
    const std::string text = name_of_process() + '\n';
    bool written = ftruncate(descriptor_, 0) == 0;
    for (std::size_t done = 0; written && done < text.size();) {
        const ssize_t count = pwrite(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(done));
        written = count > 0 || (count < 0 && errno == EINTR);
        if (count > 0) done += static_cast<std::size_t>(count);
    }
    if (!written) throw WriteError(fmt::format("{}: cannot write: {}", path_, std::strerror(errno)));
}

FolderLock::~FolderLock() {
    if (descriptor_ < 0) return;
    (void)!ftruncate(descriptor_, 0);  // empty: nobody died here
    close(descriptor_);
}

std::optional<std::string> folder_user(const std::string& folder) {
    const std::string path = in_folder(folder, "lock");
    const int descriptor = open_run_file(path, O_RDONLY);
    if (descriptor < 0) return std::nullopt;
    const bool free = flock(descriptor, LOCK_SH | LOCK_NB) == 0;
    const bool no_locks = !free && has_no_locks(errno);
    close(descriptor);
    if (free || no_locks) return living_holder(folder);
    return first_line(path);
}

}  // namespace modecollapse
