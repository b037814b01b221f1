#include "host/cli/output.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "host/cli/parameters.hpp"
#include "host/cli/terminal.hpp"
#include "host/families/family.hpp"
#include "host/io/atomic_file.hpp"
#include "host/io/names.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/options/distinct_files.hpp"
#include "host/options/physics_options.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

thread_local std::string* captured_output = nullptr;
thread_local std::vector<std::string>* captured_warnings = nullptr;

// Is the word one that the option can be given?
bool is_a_choice(const std::string& name, unsigned command, const std::string& word) {
    for (const OptionRow* option : all_option_rows(command))
        if (option->kind == Kind::choice && variable_name(option->name) == name &&
            ("|" + option->range + "|").find("|" + word + "|") != std::string::npos)
            return true;
    return false;
}

bool ends_with(const std::string& text, const std::string& ending) {
    return text.size() > ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

std::string formatted(const Report& report, const std::string& format) {
    if (format == "json") return json_text(json_of(report.result));
    if (format != "csv") return report.text;
    Table csv = csv_of(report.result);
    if (report.partial.empty()) return to_csv(csv);
    csv.columns.emplace_back("partial");
    for (std::vector<std::string>& row : csv.rows) row.emplace_back("true");
    return to_csv(csv);
}

}  // namespace

RunRecord begin_record(const Configuration& options, const Backend& backend, const std::string& title) {
    RunRecord record;
    record.title = title;
    record.config_toml = resolved_toml(options, true);
    if (const auto digest = family_named(options.family()).digest) record.files = digest(options.settings());
    if (options.has("seed")) record.seed = options.text("seed");
    record.backend = backend.name;
    record.isa = backend.isa;
    record.device = backend.device;
    record.precision = options.has("precision") ? options.text("precision") : "double";
    record.started = utc_now();
    return record;
}

void tell_drawn_seed(const Configuration& options) {
    if (!partial_answers_kept()) return;  // a caller finds it in the result
    if (options.has("seed") && !options.given("seed")) spdlog::info("seed drawn: {}", options.seed());
}

void require_output(const Configuration& options) {
    refuse_same_files(options);
    if (!options.has("output")) return;
    const std::string& path = options.text("output");
    if (!ends_with(path, ".nc") && !ends_with(path, ".json") && !ends_with(path, ".csv"))
        options.refuse("output", "the ending tells the format (allowed: a file ending in .nc, .json or .csv)");
    try {
        require_creatable(path);
    } catch (const std::invalid_argument& error) {
        options.refuse("output",
                       fmt::format("{} (allowed: a file in an existing folder that can be written to)", error.what()));
    }
}

namespace {

// The options of the run as scalar coordinates, where the result does not tell them itself.
void add_options(Result& result, const Configuration& options) {
    for (Variable& variable : fixed_parameters(options)) {
        const bool dimension = std::any_of(result.dimensions.begin(), result.dimensions.end(),
                                           [&](const auto& one) { return one.first == variable.name; });
        if (dimension || result.find(variable.name)) continue;
        Field field = {std::move(variable), FieldKind::coordinate};
        const auto* text = std::get_if<std::vector<std::string>>(&field.variable.data);
        field.missing = text && text->front() == "none" && !is_a_choice(field.variable.name, options.command(), "none");
        field.number_as_text = text && !field.missing && field.variable.name == "seed";
        for (const Field& one : result.fields)  // the points drawn are `samples`, as their number is
            if (one.key_or_name() == field.variable.name && one.list.empty()) field.forms = file_form;
        result.add(std::move(field));
    }
}

// Where it comes from: attributes of a file as they are, and keys.
void add_origin(Result& result, const RunRecord& record) {
    for (const auto& [name, text] :
         std::initializer_list<std::pair<const char*, std::string>>{{"backend", record.backend},
                                                                    {"isa", record.isa},
                                                                    {"device", record.device},
                                                                    {"precision", record.precision},
                                                                    {"version", program_version()},
                                                                    {"git_sha", program_git_sha()},
                                                                    {"config_hash", config_hash(record)}})
        if (!result.find(name)) result.add(attribute(name, text).only(json_form | csv_form));
}

// Says in every form of a report that is partial that it is; of CSV: formatted().
void mark_partial(Report& report) {
    if (report.partial.empty()) return;
    report.text = fmt::format("PARTIAL: stopped early, {}\n", report.partial) + report.text;
    report.result.add(flag("partial", "stopped early", {"no", "yes"}, "yes").only(json_form));
    report.result.add(attribute("partial", report.partial).only(file_form));
    report.result.add(attribute("partial_covers", report.partial).only(json_form | file_form));
}

}  // namespace

void write_output(const Configuration& options, Report& report) {
    add_options(report.result, options);
    add_origin(report.result, report.record);
    mark_partial(report);
    report.dataset = dataset_of(report.result);
    add_parameters(report.dataset, coordinates_of(report.result));
    for (auto& origin : provenance_attributes(report.record)) report.dataset.attributes.push_back(std::move(origin));
    report.dataset.attributes.push_back({"exit_code", std::int64_t{report.exit_code}});
    if (!options.has("output")) return;
    const std::string& path = options.text("output");
    if (ends_with(path, ".nc"))
        write_netcdf(path, report.dataset);
    else
        write_atomically(path, formatted(report, ends_with(path, ".json") ? "json" : "csv"));
}

void emit(const Configuration& options, Report& report) {
    std::string unwritten = report.unwritten;
    try {
        write_output(options, report);
    } catch (const WriteError& error) {  // what took hours is printed first
        unwritten += (unwritten.empty() ? "" : "; ") + std::string(error.what());
    }
    print_to_stdout(formatted(report, options.text("format")));
    if (!unwritten.empty()) throw WriteError(unwritten);
}

CapturedOutput::CapturedOutput(std::string& text) { captured_output = &text; }
CapturedOutput::~CapturedOutput() { captured_output = nullptr; }

CapturedWarnings::CapturedWarnings(std::vector<std::string>& warnings) { captured_warnings = &warnings; }
CapturedWarnings::~CapturedWarnings() { captured_warnings = nullptr; }

void warn_user(const std::string& text) {
    if (captured_warnings)
        captured_warnings->push_back(text);
    else
        spdlog::warn("{}", text);
}

std::string json_text(const nlohmann::ordered_json& json) {
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

void print_to_stdout(const std::string& given) {
    if (captured_output) {
        *captured_output += given;
        return;
    }
    const std::string text = printable(given);
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (std::fflush(stdout) == 0 && written) return;
    if (errno == EPIPE) throw ClosedPipe();
    throw WriteError("standard output: cannot write");
}

}  // namespace modecollapse
