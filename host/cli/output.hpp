// What a command hands back, and how it reaches stdout and a file.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/io/provenance.hpp"
#include "host/mixture/ensemble.hpp"
#include "host/options/configuration.hpp"
#include "host/report/forms.hpp"

namespace modecollapse {

// A result with what belongs to it, and its form for people.
struct Report {
    std::string text;  // --format table
    Result result;     // what JSON, CSV and the file derive from; the options and the origin are added by write_output
    Dataset dataset;   // of the file, by write_output
    RunRecord record;
    int exit_code = exit_done;  // also an attribute of the file
    std::string partial;  // given up before its end: what it covers, such as "the first 4096 of 100000"; empty: all
    std::string unwritten = {};  // why the members that were to be saved are not; empty: they are
};

// A record that holds what is known when a run begins.
RunRecord begin_record(const Configuration& options, const Backend& backend, const std::string& title);

// Says which seed was drawn, if one was: once nothing is refused any more.
void tell_drawn_seed(const Configuration& options);

// Checks before the run that --output can be written. Throws UsageError.
void require_output(const Configuration& options);

// Completes the result with the options and its origin, derives report.dataset, and writes the file of --output if there
// is one. Throws WriteError.
void write_output(const Configuration& options, Report& report);

// write_output, then stdout, of what could not be written as well. Throws WriteError in the end.
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

// Whoever read standard output has closed it, as `head` does.
struct ClosedPipe {};

// JSON as text, with a line break at its end. Bytes of a path that are not UTF-8 are replaced by U+FFFD.
std::string json_text(const nlohmann::ordered_json& json);

// Prints to stdout; throws WriteError if it does not take everything (a full disk behind a redirection).
void print_to_stdout(const std::string& text);

}  // namespace modecollapse
