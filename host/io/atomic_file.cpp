#include "host/io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <vector>

namespace modecollapse {
namespace {

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

[[noreturn]] void fail(const std::string& path, const char* action) {
    throw WriteError(fmt::format("{}: cannot {}: {}", path, action, std::strerror(errno)));
}

// Where the bytes go, and the file that is there already.
struct Target {
    std::string path;
    std::optional<struct stat> before;
};

// Links in a folder like /tmp are followed only if they are ours or the folder's owner's, as Linux does by default
// (protected_symlinks).
bool is_trusted(const struct stat& link, const std::string& path) {
    struct stat folder;
    if (stat(directory_of(path).c_str(), &folder) != 0 || !(folder.st_mode & S_ISVTX) || !(folder.st_mode & S_IWOTH))
        return true;
    return link.st_uid == geteuid() || link.st_uid == folder.st_uid;
}

std::string text_of_link(const std::string& path) {
    std::vector<char> text(4096);
    const ssize_t size = readlink(path.c_str(), text.data(), text.size());
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string();
}

// Sets errno and returns nothing if the target cannot be looked at, or is a link that is not to be followed.
std::optional<Target> find_target(const std::string& given, Links links) {
    constexpr int most_links = 40;  // as many as Linux follows
    std::string path = given;
    for (int followed = 0; followed <= most_links; ++followed) {
        struct stat info;
        if (lstat(path.c_str(), &info) != 0) {
            if (errno == ENOENT) return Target{path, std::nullopt};
            return std::nullopt;
        }
        if (!S_ISLNK(info.st_mode)) return Target{path, info};
        if (links == Links::replaced) return Target{path, std::nullopt};
        if (!is_trusted(info, path)) {
            errno = EACCES;
            return std::nullopt;
        }
        const std::string text = text_of_link(path);
        path = text.rfind('/', 0) == 0 ? text : directory_of(path) + "/" + text;
    }
    errno = ELOOP;
    return std::nullopt;
}

std::string random_letters() {
    unsigned char bytes[12] = {};
    std::string text;
    (void)!getrandom(bytes, sizeof bytes, 0);
    for (const unsigned char byte : bytes) text.push_back("abcdefghijklmnopqrstuvwxyz012345"[byte % 32]);
    return text;
}

// Name of a temporary file beside `path`. Its first part is that of `path`, cut where the file system's longest name
// demands it, before a whole UTF-8 letter.
std::string temporary_name(const std::string& path) {
    const std::string directory = directory_of(path);
    const std::string ending = temporary_infix + random_letters();
    const long limit = pathconf(directory.c_str(), _PC_NAME_MAX);
    const std::size_t longest = limit > 0 ? static_cast<std::size_t>(limit) : 255;
    const auto slash = path.rfind('/');
    std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    std::size_t kept = std::min(name.size(), longest - std::min(longest, ending.size()));
    while (kept > 0 && kept < name.size() && (static_cast<unsigned char>(name[kept]) & 0xc0) == 0x80) --kept;
    return path.substr(0, path.size() - name.size()) + name.substr(0, kept) + ending;
}

// A new file beside the target, gone again unless it was renamed.
class Temporary {
public:
    explicit Temporary(const Target& target) {
        const mode_t mode = target.before ? S_IRUSR | S_IWUSR : 0666;  // a private file is never open to others
        for (int attempt = 0; attempt < 100 && descriptor_ < 0; ++attempt) {
            name_ = temporary_name(target.path);
            descriptor_ = open(name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
            if (descriptor_ < 0 && errno != EEXIST) return;
        }
    }
    ~Temporary() {
        const int error = errno;
        if (descriptor_ >= 0) {
            close(descriptor_);
            unlink(name_.c_str());
        }
        errno = error;
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    bool made() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }

    // Owner, group and mode of the file that it will replace. Where the group cannot be given, it may do no more than
    // others may; where no mode can be set, the file stays its owner's.
    void take_after(const struct stat& before) {
        mode_t mode = before.st_mode & 0777;
        if (fchown(descriptor_, before.st_uid, before.st_gid) != 0 &&
            fchown(descriptor_, static_cast<uid_t>(-1), before.st_gid) != 0)
            mode &= ~static_cast<mode_t>(S_IRWXG) | (mode & S_IRWXO) << 3;
        (void)!fchmod(descriptor_, mode);
    }
    bool rename_to(const std::string& path) {
        if (std::rename(name_.c_str(), path.c_str()) != 0) return false;
        close(descriptor_);
        descriptor_ = -1;
        return true;
    }

private:
    std::string name_;
    int descriptor_ = -1;
};

bool write_all(int descriptor, const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t count = write(descriptor, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) done += static_cast<std::size_t>(count);
    }
    return true;
}

// Does the file hold these bytes and no more? Throws WriteError if it cannot be read.
bool holds(int descriptor, const std::string& bytes, const std::string& path) {
    std::vector<char> buffer(1 << 20);
    std::size_t at = 0;
    while (true) {
        const ssize_t count = pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(at));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path, "read back");
        if (count == 0) return at == bytes.size();
        const auto size = static_cast<std::size_t>(count);
        if (size > bytes.size() - at || std::memcmp(buffer.data(), bytes.data() + at, size) != 0) return false;
        at += size;
    }
}

bool synced(int descriptor) { return fsync(descriptor) == 0 || errno == EINVAL; }  // EINVAL: cannot be synced at all

void sync_directory(const std::string& path) {
    const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 && errno == EACCES) return;  // one may write there, and not list it
    if (descriptor < 0) fail(path, "open");
    const bool ok = synced(descriptor);
    const int error = errno;
    close(descriptor);
    errno = error;
    if (!ok) fail(path, "sync");
}

}  // namespace

void require_creatable(const std::string& path) {
    const std::optional<Target> target = find_target(path, Links::followed);
    if (target && target->before && !S_ISREG(target->before->st_mode))
        throw std::invalid_argument("is not a regular file");
    if (target && target->before && target->before->st_uid != geteuid() && access(path.c_str(), W_OK) != 0)
        throw std::invalid_argument(fmt::format("is another user's ({})", std::strerror(errno)));
    if (target && Temporary(*target).made()) return;
    throw std::invalid_argument(fmt::format("cannot be created ({})", std::strerror(errno)));
}

void write_atomically(const std::string& path, const std::string& bytes, Links links) {
    const std::optional<Target> target = find_target(path, links);
    if (!target) fail(path, "create");
    Temporary temporary(*target);
    if (!temporary.made()) fail(path, "create");
    if (target->before) temporary.take_after(*target->before);
    if (!write_all(temporary.descriptor(), bytes)) fail(path, "write");
    if (!synced(temporary.descriptor())) fail(path, "sync");
    if (!holds(temporary.descriptor(), bytes, path))
        throw WriteError(fmt::format("{}: does not read back as written", path));
    if (!temporary.rename_to(target->path)) fail(path, "rename to it");
    sync_directory(directory_of(target->path));
}

}  // namespace modecollapse
