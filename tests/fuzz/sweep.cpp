// Fuzz target: a sweep file. It is refused as the user's mistake, or its resolved text, which becomes the manifest, is a
// sweep file that reads back as the same.
#include "host/cli/sweep_file.hpp"
#include "host/options/configuration.hpp"
#include "tests/fuzz/file.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace modecollapse;
    static const fuzz::InputFile file;
    const auto read = [&](const std::string& text) {
        file.write(text);
        return read_sweep_file(file.path(), "7");
    };
    std::string resolved;
    try {
        resolved = read(fuzz::text_of(data, size)).plan.canonical;
    } catch (const UsageError&) {
        return 0;
    } catch (const std::domain_error&) {  // of the physics and of data files, which names the option as well
        return 0;
    }
    try {
        fuzz::require_true(read(resolved).plan.canonical == resolved, "a manifest reads back as itself\n" + resolved);
    } catch (const UsageError& error) {
        fuzz::require_true(false, std::string("a manifest is accepted: ") + error.what() + "\n" + resolved);
    }
    return 0;
}
