// A sweep described in TOML: [axes], [fixed], [adaptive].
#pragma once

#include <map>
#include <optional>
#include <string>

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

inline constexpr const char* seed_is_an_axis = "an axis";

struct SweepFile {
    std::string text;  // as it was read
    SweepPlan plan;
    std::string seed;         // resolved
    bool seed_drawn;          // neither in the file nor in `known_seed`
    std::string config_toml;  // resolved, and readable as a sweep file again
    std::string precision;
};

// Which cells are set up to see whether that can be done: all, or none, where a run has begun and they were checked then.
// A run that is given up meanwhile leaves the others alone.
enum class CheckedCells { all, none };

// known_seed: of the run that is resumed, used if the file gives none. overrides: name -> text, in the place of the file's
// values. Throws UsageError with line and column.
SweepFile read_sweep_file(const std::string& path, const std::optional<std::string>& known_seed,
                          const std::map<std::string, std::string>& overrides = {},
                          CheckedCells checked = CheckedCells::all);

// The same of a file that another process has read. path: its name, for messages.
SweepFile read_sweep_text(const std::string& text, const std::string& path,
                          const std::optional<std::string>& known_seed,
                          const std::map<std::string, std::string>& overrides = {},
                          CheckedCells checked = CheckedCells::all);

// Completes plan.canonical with what else makes counts comparable, as comments: program version, backend, and the
// instruction set where bits may depend on it.
void add_platform(SweepPlan& plan, const Backend& backend);

}  // namespace modecollapse
