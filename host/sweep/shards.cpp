#include "host/sweep/shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <tuple>

#include "host/sweep/run_files.hpp"

namespace modecollapse {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

}  // namespace

std::string shard_folder(const std::string& folder, const Shard& shard) {
    return shard.count > 1 ? fmt::format("{}/shard-{}-of-{}", folder, shard.index, shard.count) : folder;
}

std::optional<Shard> shard_of_name(const std::string& folder) {
    std::string name = fs::path(folder).filename().string();
    if (name.empty()) name = fs::path(folder).parent_path().filename().string();  // "DIR/"
    Shard shard;
    const char* const end = name.data() + name.size();
    if (name.rfind("shard-", 0) != 0) return std::nullopt;
    const auto [middle, error] = std::from_chars(name.data() + 6, end, shard.index);
    if (error != std::errc() || std::string(middle, end).rfind("-of-", 0) != 0) return std::nullopt;
    const auto [last, other_error] = std::from_chars(middle + 4, end, shard.count);
    if (other_error != std::errc() || last != end || shard.index >= shard.count) return std::nullopt;
    return shard;
}

std::vector<ShardFolder> shards_in(const std::string& folder) {
    std::vector<ShardFolder> shards;
    std::error_code ignored;
    for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored)) {
        const std::string path = at->path().string();
        const std::optional<Shard> shard = shard_of_name(path);
        if (!shard) continue;
        if (is_link(path))
            throw FolderError(
                fmt::format("{}: is a symbolic link (allowed inside a run folder: folders; `merge` takes the folders "
                            "of several shards by name)",
                            path));
        if (at->is_directory(ignored)) shards.push_back({path, *shard});
    }
    std::sort(shards.begin(), shards.end(), [](const ShardFolder& a, const ShardFolder& b) {
        return std::tie(a.shard.count, a.shard.index) < std::tie(b.shard.count, b.shard.index);
    });
    return shards;
}

void refuse_mixed_shards(const std::string& folder, const Shard& shard) {
    const std::vector<ShardFolder> there = shards_in(folder);
    for (const ShardFolder& other : there) {
        if (shard.count == 1)
            throw FolderError(fmt::format(
                "--run-dir {}: holds shards of {} (allowed: --shard i/{}, or another folder for a run of the whole)",
                folder, other.shard.count, other.shard.count));
        if (other.shard.count != shard.count)
            throw FolderError(fmt::format("--shard {}/{}: {} holds shards of {} (allowed: i/{}, or another folder)",
                                          shard.index, shard.count, folder, other.shard.count, other.shard.count));
    }
    if (shard.count == 1) return;
    if (exists(in_folder(folder, "journal.bin")) || exists(in_folder(folder, "manifest.toml")) ||
        (there.empty() && exists(in_folder(folder, "result.nc"))))
        throw FolderError(fmt::format("--shard {}/{}: {} holds a run of the whole grid (allowed: another folder)",
                                      shard.index, shard.count, folder));
}

}  // namespace modecollapse
