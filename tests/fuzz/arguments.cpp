// Fuzz target: the command line. Input: the arguments, one a line. They are refused as the user's mistake, or understood
// as far as a run goes before it begins.
#include <vector>

#include "host/cli/parse_arguments.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/start_options.hpp"
#include "tests/fuzz/file.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace modecollapse;
    std::vector<std::string> lines = {"modecollapse"};
    std::string text = fuzz::text_of(data, size);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        lines.back().erase(std::min(lines.back().find('\0'), lines.back().size()));  // as the system ends them
        at = end + 1;
    }
    std::vector<const char*> arguments;
    for (const std::string& line : lines) arguments.push_back(line.c_str());
    try {
        const ParsedCommand parsed = parse_arguments(static_cast<int>(arguments.size()), arguments.data());
        if (!parsed.command || parsed.given.count("config")) return 0;  // which may be /dev/stdin
        const Configuration options(parsed.command->bit, parsed.command->name, parsed.given);
        refuse_unavailable(options);
        require_sampling(options);
        if (parsed.command->report) (void)resolved_toml(options, false);
    } catch (const UsageError&) {
    } catch (const std::domain_error&) {  // of the physics, which names the option as well
    }
    return 0;
}
