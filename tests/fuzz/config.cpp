// Fuzz target: a file of --config. Input: a byte that picks the command, then the file.
//
// Whatever it holds, it is refused as the user's mistake, or what was read is written by --dump-config so that it reads
// back as the same.
#include "host/cli/command_table.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/start_options.hpp"
#include "tests/fuzz/file.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace modecollapse;
    static const fuzz::InputFile file;
    if (size == 0) return 0;
    const CommandEntry& command = command_table()[data[0] % command_table().size()];
    if (!find_option("config", command.bit)) return 0;
    const auto read = [&](const std::string& text) {
        file.write(text);
        Configuration options(command.bit, command.name, {{"config", {file.path(), "--config"}}});
        refuse_unavailable(options);
        require_sampling(options);
        return options;
    };
    std::string dumped;
    try {
        dumped = read(fuzz::text_of(data + 1, size - 1)).to_toml(false);
    } catch (const UsageError&) {
        return 0;
    }
    try {
        fuzz::require_true(read(dumped).to_toml(false) == dumped, "a dumped configuration reads back as itself");
    } catch (const UsageError& error) {
        fuzz::require_true(false, std::string("a dumped configuration is accepted: ") + error.what() + "\n" + dumped);
    }
    return 0;
}
