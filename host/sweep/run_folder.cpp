#include "host/sweep/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "host/io/atomic_file.hpp"
#include "host/io/provenance.hpp"

namespace modecollapse {
namespace {

std::string in(const std::string& folder, const char* name) { return folder + "/" + name; }

std::string host_name() {
    char name[256] = "unknown";
    gethostname(name, sizeof name - 1);
    return name;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream stream;
    stream << file.rdbuf();
    return stream.str();
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// What a process that was killed had begun to write. The lock is held: nobody writes it now.
void remove_leftovers(const std::string& folder) {
    std::error_code ignored;
    std::vector<std::filesystem::path> leftovers;
    for (std::filesystem::directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored))
        for (const char* name : {"manifest.toml.part", "journal.bin.part", "result.nc.part"})
            if (at->path().filename().string().rfind(name, 0) == 0) leftovers.push_back(at->path());
    for (const auto& path : leftovers) std::filesystem::remove(path, ignored);
}

}  // namespace

FolderLock::FolderLock(const std::string& folder, std::string& taken_over_from) : path_(in(folder, "lock")) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw FolderError(fmt::format("{}: cannot be created ({})", path_, std::strerror(errno)));
    bool locked = flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    for (int i = 0; i < 20 && !locked && errno == EWOULDBLOCK; ++i) {  // `status` holds it for an instant
        usleep(10000);
        locked = flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    }
    const int reason = errno;
    const std::string before =
        first_line(read_text(path_));  // only now: until the lock was free its holder could still write
    if (!locked) {
        close(descriptor_);
        if (reason != EWOULDBLOCK)
            throw FolderError(fmt::format("{}: cannot be locked ({})", path_, std::strerror(reason)));
        throw FolderError(fmt::format("{}: the run is in use by {} (wait for it, or stop it)", folder,
                                      before.empty() ? "another process" : before));
    }
    taken_over_from = before;
    const std::string text = fmt::format("{}:{}\n", host_name(), getpid());
    bool written = ftruncate(descriptor_, 0) == 0;
    for (std::size_t done = 0; written && done < text.size();) {
        const ssize_t count = pwrite(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(done));
        written = count > 0 || (count < 0 && errno == EINTR);
        if (count > 0) done += static_cast<std::size_t>(count);
    }
    if (!written) {
        const int error = errno;
        close(descriptor_);
        throw WriteError(fmt::format("{}: cannot write: {}", path_, std::strerror(error)));
    }
}

FolderLock::~FolderLock() {
    if (descriptor_ < 0) return;
    (void)!ftruncate(descriptor_, 0);  // empty: nobody died here
    close(descriptor_);
}

std::optional<std::string> folder_user(const std::string& folder) {
    const std::string path = in(folder, "lock");
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return std::nullopt;
    const bool free = flock(descriptor, LOCK_SH | LOCK_NB) == 0;
    close(descriptor);
    if (free) return std::nullopt;
    return first_line(read_text(path));
}

void require_folder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!std::filesystem::is_directory(folder))
        throw FolderError(fmt::format("--run-dir {}: cannot be created ({})", folder, error.message()));
}

std::string manifest_path(const std::string& folder) {
    std::string path = in(folder, "manifest.toml");
    if (!std::filesystem::exists(path) || !std::filesystem::exists(journal_path(folder)))
        throw FolderError(fmt::format("{}: holds no run (no manifest.toml with a journal.bin)", folder));
    return path;
}

std::string journal_path(const std::string& folder) { return in(folder, "journal.bin"); }

std::string read_manifest(const std::string& folder) { return read_text(manifest_path(folder)); }

std::string first_difference(const std::string& recorded, const std::string& asked) {
    std::istringstream a(recorded), b(asked);
    std::string left, right;
    while (true) {
        const bool more_left = static_cast<bool>(std::getline(a, left)),
                   more_right = static_cast<bool>(std::getline(b, right));
        if (!more_left && !more_right) return "nothing but the hash";
        if (!more_left) left = "(nothing)";
        if (!more_right) right = "(nothing)";
        if (left == right) continue;
        // a line too many on one side: do not compare it with its neighbour
        const auto has = [](const std::string& text, const std::string& line) {
            return ('\n' + text).find('\n' + line.substr(0, line.find(" = ")) + " = ") != std::string::npos;
        };
        if (more_right && !has(recorded, right))
            left = "(nothing)";
        else if (more_left && !has(asked, left))
            right = "(nothing)";
        return fmt::format("the run has \"{}\", now asked is \"{}\"", left, right);
    }
}

OpenedRun open_run(const std::string& folder, const std::string& canonical, const std::string& config_hash,
                   bool resume) {
    const std::string journal = in(folder, "journal.bin"), manifest = in(folder, "manifest.toml");
    if (!std::filesystem::exists(journal)) {
        if (std::filesystem::exists(in(folder, "result.nc")))
            throw FolderError(
                fmt::format("--run-dir {}: holds a result.nc but no journal (choose another folder)", folder));
        remove_leftovers(folder);
        write_text_file(manifest, canonical);
        return {Journal::create(journal, config_hash), {}, 0};
    }
    if (!resume)
        throw FolderError(fmt::format(
            "--run-dir {}: holds a run already (give --resume to go on with it, or choose another folder)", folder));
    JournalContents contents = read_journal(journal);
    if (contents.config_hash != config_hash)
        throw FolderError(
            fmt::format("--run-dir {}: cannot be resumed with another configuration: {}", folder,
                        first_difference(std::filesystem::exists(manifest) ? read_text(manifest) : "", canonical)));
    remove_leftovers(folder);
    return {Journal::open(journal, contents.valid_bytes), std::move(contents.records), contents.torn_bytes};
}

void append_to_log(const std::string& folder, const std::string& line) {
    std::ofstream log(in(folder, "log.txt"), std::ios::app);
    log << utc_now() << "  " << host_name() << ":" << getpid() << "  " << line << '\n';
}

}  // namespace modecollapse
