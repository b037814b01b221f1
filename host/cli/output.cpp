#include "host/cli/output.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdio>

#include "host/cli/parameters.hpp"
#include "host/cli/terminal.hpp"
#include "host/io/atomic_file.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/options/physics_options.hpp"

namespace modecollapse {
namespace {

thread_local std::string* captured_output = nullptr;
thread_local std::vector<std::string>* captured_warnings = nullptr;

bool ends_with(const std::string& text, const std::string& ending) {
    return text.size() > ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

std::string formatted(const Report& report, const std::string& format) {
    if (format == "json") return json_text(report.json);
    return format == "csv" ? to_csv(report.csv) : report.text;
}

}  // namespace

RunRecord begin_record(const Configuration& options, const Backend& backend, const std::string& title) {
    RunRecord record;
    record.title = title;
    record.config_toml = resolved_toml(options, true);
    if (options.has("seed")) record.seed = options.text("seed");
    record.backend = backend.name;
    record.isa = backend.isa;
    record.device = backend.device;
    record.precision = options.has("precision") ? options.text("precision") : "double";
    record.started = utc_now();
    return record;
}

void add_physics(nlohmann::ordered_json& json, const Problem& problem, const MixtureSettings& settings) {
    json["target_weight"] = problem.target_weight;
    json["weight"] = problem.weight;
    const nlohmann::ordered_json none = nullptr;
    const bool scheduled = problem.annealing.schedule != Schedule::none, tempered = scheduled || problem.beta < 1.0;
    const double temperature = scheduled ? problem.annealing.initial_temperature : 1.0 / problem.beta;
    const std::optional<double> horizon = effective_horizon(problem, settings);
    json["weights"] = weight_geometry_names[static_cast<int>(problem.weights)];
    const SgdSettings& sampled = settings.sampled;
    json["dynamics"] = dynamics_names[static_cast<int>(sampled.dynamics)];
    if (sampled.dynamics != Dynamics::flow) {
        json["learning_rate"] = sampled.learning_rate;
        json["batch_size"] = sampled.batch_size;
        json["estimator"] = estimator_names[static_cast<int>(sampled.estimator)];
        json["baseline"] = baseline_names[static_cast<int>(sampled.baseline)];
        json["steps"] = steps_to(*effective_horizon(problem, settings), sampled.learning_rate);  // of each trajectory
    }
    json["annealing"] = annealing_name(problem);
    json["initial_temperature"] = tempered ? nlohmann::ordered_json(temperature) : none;
    json["annealing_time"] = scheduled ? nlohmann::ordered_json(problem.annealing.time) : none;
    if (problem.annealing.schedule == Schedule::adaptive) json["target_ess"] = problem.annealing.target_ess;
    json["horizon"] = horizon ? nlohmann::ordered_json(*horizon) : none;
    json["quasi_share"] =
        problem.weights == WeightGeometry::fixed ? none : nlohmann::ordered_json(settings.quasi_share);
    json["alignment_threshold"] = settings.rule.alignment_threshold;
    json["weight_floor"] = settings.rule.weight_floor;
    json["tolerance"] = settings.tolerance;
}

void add_provenance(nlohmann::ordered_json& json, const Configuration&, const RunRecord& record) {
    json["backend"] = record.backend;
    json["isa"] = record.isa;
    json["device"] = record.device;
    json["precision"] = record.precision;
    json["version"] = program_version();
    json["git_sha"] = program_git_sha();
    json["config_hash"] = config_hash(record);
}

void require_output(const Configuration& options) {
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

void mark_partial(Report& report) {
    if (report.partial.empty()) return;
    report.text = fmt::format("PARTIAL: stopped early, {}\n", report.partial) + report.text;
    report.json["partial"] = true;
    report.json["partial_covers"] = report.partial;
    report.csv.columns.emplace_back("partial");
    for (std::vector<std::string>& row : report.csv.rows) row.emplace_back("true");
    report.dataset.attributes.push_back({"partial", report.partial});
}

void write_output(const Configuration& options, Report& report) {
    std::vector<Variable> parameters = std::move(report.parameters);
    for (Variable& parameter : fixed_parameters(options)) parameters.push_back(std::move(parameter));
    add_parameters(report.dataset, parameters);
    report.dataset.attributes = provenance_attributes(report.record);
    report.dataset.attributes.push_back({"exit_code", std::int64_t{report.exit_code}});
    mark_partial(report);
    if (!options.has("output")) return;
    const std::string& path = options.text("output");
    if (ends_with(path, ".nc"))
        write_netcdf(path, report.dataset);
    else
        write_atomically(path, formatted(report, ends_with(path, ".json") ? "json" : "csv"));
}

void emit(const Configuration& options, Report& report) {
    write_output(options, report);
    print_to_stdout(formatted(report, options.text("format")));
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
    if (std::fflush(stdout) != 0 || !written) throw WriteError("standard output: cannot write");
}

nlohmann::ordered_json counts_json(const OutcomeCounts& counts) {
    nlohmann::ordered_json json;
    for (int i = 0; i < outcome_count; ++i) json[outcome_names[i]] = counts.count[i];
    return json;
}

std::vector<std::string> counts_columns() { return {outcome_names, outcome_names + outcome_count}; }

std::vector<std::string> counts_cells(const OutcomeCounts& counts) {
    std::vector<std::string> cells;
    for (const std::int64_t count : counts.count) cells.push_back(fmt::format("{}", count));
    return cells;
}

Variable outcome_coordinate() {
    return {"outcome", {"outcome"}, counts_columns(), {{"units", "1"}, {"long_name", "outcome of a trajectory"}}};
}

std::vector<std::int64_t> counts_vector(const OutcomeCounts& counts) {
    return {counts.count, counts.count + outcome_count};
}

}  // namespace modecollapse
