// The extension module modecollapse._engine: the commands of the program, without their printing.
//
// Nothing here knows an option or a command: both come from the tables that serve the command line. Errors: UsageError
// is ValueError, FolderError, CorruptFile and WriteError are OSError, everything else is RuntimeError.
#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <spdlog/spdlog.h>

#include "host/cli/terminal.hpp"
#include "host/io/atomic_file.hpp"
#include "host/io/standard_descriptors.hpp"
#include "host/options/option_uses.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/start_options.hpp"
#include "host/realnvp/training.hpp"
#include "host/sweep/run_folder.hpp"
#include "python/bindings/to_python.hpp"
#include "python/bindings/watched_run.hpp"

namespace py = pybind11;

namespace modecollapse {
namespace {

using GivenOptions = std::map<std::string, std::pair<std::string, std::string>>;  // name -> text, and how it was given

const CommandEntry& command_named(const std::string& name) {
    for (const CommandEntry& command : command_table())
        if (name == command.name) return command;
    throw UsageError("no such command: " + name);
}

Configuration configuration_of(const CommandEntry& command, const GivenOptions& given) {
    std::map<std::string, GivenValue> values;
    for (const auto& [name, value] : given) {
        if (!find_option(name, command.bit)) throw UsageError(std::string(command.name) + ": no such option: " + name);
        values[name] = {value.first, value.second};
    }
    return Configuration(command.bit, command.name, values);
}

// The resolved options as TOML, after every check that a run makes before it begins.
std::string resolved_options(const std::string& name, const GivenOptions& given) {
    const Configuration options = configuration_of(command_named(name), given);
    refuse_unavailable(options);
    require_sampling(options);
    return resolved_toml(options, false);
}

// The dataset, and the warnings about it.
py::tuple run_report(const std::string& name, const GivenOptions& given, const py::object& progress) {
    const CommandEntry& command = command_named(name);
    const Configuration options = configuration_of(command, given);
    refuse_unavailable(options);
    require_sampling(options);
    require_output(options);
    Report report;
    std::vector<std::string> warnings;
    run_watched(progress, [&] {
        const CapturedWarnings captured(warnings);
        report = command.report(options);
        write_output(options, report);
    });
    return py::make_tuple(to_python(std::move(report.dataset)), warnings);
}

// Exit code, what the command prints, and the warnings about it.
std::tuple<int, std::string, std::vector<std::string>> run_command(const std::string& name, const GivenOptions& given,
                                                                   const std::vector<std::string>& positionals,
                                                                   const py::object& progress) {
    const CommandEntry& command = command_named(name);
    const Configuration options = configuration_of(command, given);
    int code = exit_done;
    std::string printed;
    std::vector<std::string> warnings;
    run_watched(progress, [&] {
        const CapturedOutput captured(printed);
        const CapturedWarnings captured_warnings(warnings);
        code = command.run(options, positionals);
    });
    return {code, printed, warnings};
}

// Arrays of every type and shape that results have, for python/modecollapse/_extension.py to compare with what they
// are known to hold.
Dataset known_arrays() {
    const std::int64_t large = (std::int64_t{1} << 53) + 1;  // no double
    Dataset dataset;
    dataset.dimensions = {{"two", 2}, {"three", 3}, {"four", 4}, {"none", 0}};
    dataset.variables = {{"numbers", {"two", "three"}, std::vector<double>{0.5, 1.5, 2.5, 3.5, 4.5, 5.5}, {}},
                         {"integers", {"three", "two"}, std::vector<std::int64_t>{1, -2, 3, large, 5, -6}, {}},
                         {"flags", {"four"}, std::vector<std::int8_t>{0, 1, -1, 2}, {}},
                         {"words", {"two"}, std::vector<std::string>{"aligned_plus", "matched"}, {}},
                         {"scalar", {}, std::vector<double>{0.25}, {}},
                         {"nothing", {"none"}, std::vector<double>{}, {}}};
    return dataset;
}

void translate(std::exception_ptr error) {
    const auto set = [](PyObject* type, const std::exception& what) {
        PyErr_SetString(type, printable(what.what()).c_str());
    };
    try {
        std::rethrow_exception(error);
    } catch (const UsageError& usage) {
        set(PyExc_ValueError, usage);
    } catch (const FolderError& folder) {
        set(PyExc_OSError, folder);
    } catch (const CorruptFile& file) {
        set(PyExc_OSError, file);
    } catch (const WriteError& file) {
        set(PyExc_OSError, file);
    } catch (const std::domain_error& value) {
        set(PyExc_ValueError, value);
    }
}

}  // namespace
}  // namespace modecollapse

PYBIND11_MODULE(_engine, module) {
    using namespace modecollapse;
    open_standard_descriptors();
    module.doc() = "The engine of modecollapse: use the functions of the package instead.";
    start_log();
    spdlog::set_level(spdlog::level::warn);
    py::register_exception_translator(translate);
    module.def("version", program_version);
    module.def("git_sha", program_git_sha);
    module.def("pybind11_version", [] { return fmt::format("{}.{}", PYBIND11_VERSION_MAJOR, PYBIND11_VERSION_MINOR); });
    module.def("known_arrays", [] { return to_python(known_arrays()); });
    module.def("commands", [] {
        py::list commands;
        for (const CommandEntry& command : command_table()) commands.append(to_python(command));
        return commands;
    });
    module.def(
        "target_projected_variance",
        [](double radius, double target_weight) {
            Problem target;
            target.radius = radius;
            target.target_weight = target_weight;
            return target_projected_variance(target);
        },
        py::arg("radius"), py::arg("target_weight"));
    module.def("used_elsewhere", used_elsewhere, py::arg("option"));
    module.def("resolved_options", resolved_options, py::arg("command"), py::arg("options"));
    module.def(
        "nearest_note",
        [](const std::string& name, const std::vector<std::string>& names) { return nearest_note(name, names); },
        py::arg("name"), py::arg("names"));
    module.def("run_report", run_report, py::arg("command"), py::arg("options"), py::arg("progress") = py::none());
    module.def("run_command", run_command, py::arg("command"), py::arg("options"), py::arg("positionals"),
               py::arg("progress") = py::none());
}
