// What a command hands back, and how it reaches stdout and a file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "host/io/dataset.hpp"
#include "host/io/provenance.hpp"
#include "host/io/table.hpp"
#include "host/mixture/ensemble.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {

// One result in its three forms: for people (heading and table), for programs (json, csv) and for files (dataset).
struct Report {
    std::string text;                  // --format table
    nlohmann::ordered_json json;       // --format json, and --output x.json
    Table csv;                         // --format csv, and --output x.csv
    Dataset dataset;                   // --output x.nc; parameters and provenance are added by write_output
    std::vector<Variable> parameters;  // fixed ones that no option holds
    RunRecord record;
    int exit_code = exit_done;  // also an attribute of the file
    std::string partial;  // given up before its end: what it covers, such as "the first 4096 of 100000"; empty: all
};

// A record that holds what is known when a run begins.
RunRecord begin_record(const Configuration& options, const Backend& backend, const std::string& title);

// Keys that every command's JSON begins or ends with.
void add_physics(nlohmann::ordered_json& json, const Problem& problem, const MixtureSettings& settings);
void add_provenance(nlohmann::ordered_json& json, const Configuration& options, const RunRecord& record);

// Checks before the run that --output can be written. Throws UsageError.
void require_output(const Configuration& options);

// Says in every form of a report that is partial that it is.
void mark_partial(Report& report);

// Completes report.dataset with its provenance, and writes the file of --output if there is one. Throws WriteError.
void write_output(const Configuration& options, Report& report);

// write_output, then stdout. Throws WriteError.
void emit(const Configuration& options, Report& report);

// While it lives, what the calling thread prints to stdout goes to `text` instead.
class CapturedOutput {
public:
    explicit CapturedOutput(std::string& text);
    ~CapturedOutput();
    CapturedOutput(const CapturedOutput&) = delete;
    CapturedOutput& operator=(const CapturedOutput&) = delete;
};

// The same of what is said by warn_user.
class CapturedWarnings {
public:
    explicit CapturedWarnings(std::vector<std::string>& warnings);
    ~CapturedWarnings();
    CapturedWarnings(const CapturedWarnings&) = delete;
    CapturedWarnings& operator=(const CapturedWarnings&) = delete;
};

// A warning about a result that was computed all the same: on stderr, and a warning of its own kind in Python.
void warn_user(const std::string& text);

// JSON as text, with a line break at its end. Bytes of a path that are not UTF-8 are replaced by U+FFFD.
std::string json_text(const nlohmann::ordered_json& json);

// Prints to stdout; throws WriteError if it does not take everything (a full disk behind a redirection).
void print_to_stdout(const std::string& text);

// The counts of an ensemble as a JSON object, CSV columns and table rows.
nlohmann::ordered_json counts_json(const OutcomeCounts& counts);
std::vector<std::string> counts_columns();
std::vector<std::string> counts_cells(const OutcomeCounts& counts);

// Coordinate variable with the outcome names, for counts(..., outcome).
Variable outcome_coordinate();
std::vector<std::int64_t> counts_vector(const OutcomeCounts& counts);

}  // namespace modecollapse
