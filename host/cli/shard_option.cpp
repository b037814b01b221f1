#include "host/cli/shard_option.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <charconv>
#include <cstdlib>
#include <optional>

#include "host/run/watch.hpp"
#include "host/sweep/run_folder.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t largest_task_id = 4294967294;  // Slurm's

// Digits and nothing else.
std::optional<std::uint64_t> whole_number(const std::string& text, std::uint64_t most) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc() || stop != end || value > most) return std::nullopt;
    return value;
}

std::uint64_t array_variable(const char* name) {
    const std::string variable = fmt::format("SLURM_ARRAY_TASK_{}", name);
    const char* text = std::getenv(variable.c_str());
    if (!text)
        throw UsageError(
            fmt::format("--shard slurm: {} is not set (allowed: in a task of a Slurm job array; elsewhere "
                        "give --shard i/n)",
                        variable));
    if (const auto value = whole_number(text, largest_task_id)) return *value;
    throw UsageError(fmt::format("--shard slurm: {} = \"{}\" is no whole number (allowed: 0 to {})", variable, text,
                                 largest_task_id));
}

std::uint64_t array_variable(const char* name, std::uint64_t fallback) {
    return std::getenv(fmt::format("SLURM_ARRAY_TASK_{}", name).c_str()) ? array_variable(name) : fallback;
}

struct Array {
    std::uint64_t first = 0, last = 0;
    std::uint64_t size() const { return last - first + 1; }
};

std::string text_of(const Array& array) { return fmt::format("{}-{}", array.first, array.last); }

// The array that the shards in a folder are of: as recorded by the first that came from one, else 0 to n - 1.
std::optional<Array> array_of_folder(const std::string& folder) {
    const std::vector<ShardFolder> shards = shards_in(folder);
    if (shards.empty()) return std::nullopt;
    const std::uint64_t n = shards.front().shard.count;
    if (shards.back().shard.count != n)
        throw UsageError(
            fmt::format("--shard slurm: {} holds shards of {} and of {} (allowed: of one number; or give "
                        "--shard i/n)",
                        folder, n, shards.back().shard.count));
    for (const ShardFolder& shard : shards) {
        const std::string text = recorded_in(shard.path, recorded_array);
        const auto dash = text.find('-');
        if (dash == std::string::npos) continue;
        const auto first = whole_number(text.substr(0, dash), largest_task_id);
        const auto last = whole_number(text.substr(dash + 1), largest_task_id);
        if (first && last && *first <= *last && *last - *first + 1 == n) return Array{*first, *last};
    }
    return Array{0, n - 1};
}

AskedShard slurm_shard(const std::string& folder) {
    const std::uint64_t id = array_variable("ID");
    Array array{array_variable("MIN"), array_variable("MAX")};
    if (array.first > array.last || id < array.first || id > array.last)
        throw UsageError(
            fmt::format("--shard slurm: SLURM_ARRAY_TASK_ID = {} is not within SLURM_ARRAY_TASK_MIN = {} "
                        "and SLURM_ARRAY_TASK_MAX = {}",
                        id, array.first, array.last));
    if (const std::uint64_t step = array_variable("STEP", 1); step != 1)
        throw UsageError(
            fmt::format("--shard slurm: SLURM_ARRAY_TASK_STEP = {} (allowed: an array with a step of 1, such as "
                        "--array=0-15; or give --shard i/n)",
                        step));
    const std::uint64_t count = array_variable("COUNT", array.size());
    if (count == 1 && array.size() == 1) {
        const std::optional<Array> whole = folder.empty() ? std::nullopt : array_of_folder(folder);
        if (whole && (id < whole->first || id > whole->last))
            throw UsageError(
                fmt::format("--shard slurm: SLURM_ARRAY_TASK_ID = {}, and the shards in {} are those of the tasks {}",
                            id, folder, text_of(*whole)));
        if (whole)
            array = *whole;
        else
            spdlog::info("the job array has one task, and the run folder holds no shards: the whole grid is computed");
    } else if (count != array.size()) {
        throw UsageError(
            fmt::format("--shard slurm: SLURM_ARRAY_TASK_COUNT = {}, and {} to {} are {} tasks (allowed: an array "
                        "without gaps; a task alone; or give --shard i/n)",
                        count, array.first, array.last, array.size()));
    }
    if (array.size() > most_shards)
        throw UsageError(
            fmt::format("--shard slurm: the array has {} tasks (allowed: up to {})", array.size(), most_shards));
    const Shard shard{id - array.first, array.size()};
    spdlog::info("shard {}/{} (task {} of the Slurm array {})", shard.index, shard.count, id, text_of(array));
    return {shard, text_of(array)};
}

}  // namespace

AskedShard shard_from(const Configuration& options, const std::string& folder) {
    const bool from_python = current_watch() != nullptr;
    if (!options.has("shard")) {
        if (!from_python && std::getenv("SLURM_ARRAY_TASK_ID"))
            spdlog::info(
                "this is a task of a Slurm job array, and it computes the whole grid (--shard slurm: its "
                "share)");
        return {};
    }
    const std::string& text = options.text("shard");
    if (text == "slurm") {
        if (from_python)
            options.refuse("shard",
                           "is read from the environment by the program only (allowed here: i/n, such as 0/4)");
        return slurm_shard(folder);
    }
    const auto slash = text.find('/');
    if (slash != std::string::npos) {
        const auto index = whole_number(text.substr(0, slash), most_shards);
        const auto count = whole_number(text.substr(slash + 1), most_shards);
        if (index && count && *index < *count) return {{*index, *count}, ""};
    }
    options.refuse(
        "shard",
        fmt::format("is not i/n (allowed: whole numbers with 0 <= i < n <= {}, such as 0/4; or slurm)", most_shards));
}

}  // namespace modecollapse
