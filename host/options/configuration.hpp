// The resolved options of one command: flag, else configuration file, else default. All checks of single values are
// made here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/options/option_table.hpp"
#include "host/options/settings.hpp"

namespace modecollapse {

// Exit codes of the program (the contract).
enum ExitCode : int {
    exit_done = 0,
    exit_usage = 2,
    exit_device = 3,
    exit_corrupt = 4,
    exit_write = 5,
    exit_members_failed = 6,  // or cells
    exit_stopped = 75,        // early, and resumable
    exit_interrupted = 130,   // early, and not: the partial answer was printed, if there is one
};

// The user's mistake, in words that name the option, the value and the allowed range. Exit code 2.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A value as given: its text, and how to refer to it in a message.
struct GivenValue {
    std::string text;
    std::string origin;  // "--radius 12" or "radius = 12 (file.toml, line 3, column 10)"; empty: the default
    bool in_config_file = false;
};

// An option as a line of TOML.
struct TomlEntry {
    std::string name;
    std::string text;
};

class Configuration {
public:
    // given: name -> value, from flags or a sweep file. Reads the file named by --config, checks every value. Throws
    // UsageError.
    Configuration(unsigned command, const std::string& command_name, const std::map<std::string, GivenValue>& given);

    // One value against its option's range. Throws UsageError.
    static void check(const OptionRow& option, const GivenValue& value);

    unsigned command() const { return command_; }
    const std::string& command_name() const { return command_name_; }
    const std::string& family() const { return family_; }
    const std::vector<const OptionRow*>& rows() const { return option_rows(command_, family_); }
    Settings settings() const;  // of one ensemble

    bool has(const std::string& name) const { return values_.count(name) > 0; }  // given or with a default
    bool given(const std::string& name) const;                                   // by flag or file
    const std::string& text(const std::string& name) const;
    double number(const std::string& name) const;
    std::int64_t integer(const std::string& name) const;
    std::uint64_t seed() const;
    bool flag(const std::string& name) const;
    std::vector<double> numbers(const std::string& name) const;
    std::vector<std::int64_t> integers(const std::string& name) const;
    std::pair<double, double> range(const std::string& name) const;  // A:B

    // "--radius 12" or "radius = 12 (file.toml, line 3, column 10)": how the value was given, for error messages.
    std::string where(const std::string& name) const;
    // Values that options have besides their own, along axes: whether an option is used depends on all of them.
    void set_axes(std::map<std::string, std::vector<std::string>> axes) { axes_ = std::move(axes); }

    // The option that the command searches over, which then has no value of its own; empty: it searches none.
    const std::string& searched() const { return searched_; }
    // The same with one value for it.
    Configuration at_searched(const GivenValue& value) const;

    // All that it has: its own, or those along its axis; none without either.
    std::vector<std::string> values_of(const std::string& name) const;
    bool is_default(const std::string& name) const { return is_default(row(name), values_.at(name)); }

    // Can the value of the option change anything (option_uses.hpp)?
    bool uses(const std::string& name) const;

    // Throws UsageError for an option that was given and is not used. In a file of --config its default is no fault: such
    // a file may serve several commands, or have been dumped.
    void refuse_unused() const;

    [[noreturn]] void refuse(const std::string& name, const std::string& reason) const;

    // Throws UsageError for a given value that single precision, if it is asked for, does not allow.
    void refuse_for_precision() const;

    // The resolved options as a TOML document that --config accepts again. Without those that only say where the result
    // goes and how it is computed (output, format, quiet, threads, device), if `physics_only`. resolved: values of
    // options that have none here.
    std::string to_toml(bool physics_only, const std::map<std::string, std::string>& resolved = {}) const;
    std::vector<TomlEntry> toml_entries(bool physics_only,
                                        const std::map<std::string, std::string>& resolved = {}) const;

private:
    void read_file(const std::string& path, std::map<std::string, GivenValue>& given) const;
    void check_foreign(const std::string& name, const GivenValue& value) const;
    std::string foreign_reason(const std::string& name) const;  // why such an option is refused
    void choose_family(const std::map<std::string, GivenValue>& given);
    void find_searched();
    void set_defaults(const std::map<std::string, GivenValue>& given);
    const OptionRow& row(const std::string& name) const { return *find_option(name, command_, family_); }
    bool is_default(const OptionRow& option, const GivenValue& value) const;
    ValuesOf values() const;

    unsigned command_;
    std::string command_name_;
    std::string family_;

    std::map<std::string, GivenValue> values_;
    std::map<std::string, GivenValue> foreign_;  // given, and options of other families only
    std::map<std::string, std::vector<std::string>> axes_;
    std::string searched_;
};

}  // namespace modecollapse
