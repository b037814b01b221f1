// modecollapse info: version, build, backends, devices.
#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "host/cli/commands.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/options/instruction_set.hpp"
#include "host/sweep/mpi_sweep.hpp"

namespace modecollapse {

std::string info_text(const std::string& format) {
    nlohmann::ordered_json json;
    json["version"] = program_version();
    json["git_sha"] = program_git_sha();
    json["compiler"] = program_compiler();
    json["netcdf"] = netcdf_version();
    json["schema_version"] = schema_version;
    const Backend cpu = choose_backend({BackendChoice::cpu, 0, 0, asked_isa()});
    nlohmann::ordered_json isas = nlohmann::ordered_json::array();
    for (const char* isa : isa_names)
        if (cpu_supports(isa)) isas.push_back(isa);
    json["cpu"] = {{"device", cpu.device}, {"cores", cpu.threads}, {"isa", cpu.isa}, {"instruction_sets", isas}};
    json["cuda"] = {{"built", built_with_cuda()}, {"devices", nlohmann::ordered_json::array()}};
    for (int i = 0; i < cuda_device_count(); ++i) {
        const CudaDevice device = cuda_device(i);
        json["cuda"]["devices"].push_back({{"index", i},
                                           {"name", device.name},
                                           {"compute_capability", fmt::format("{}.{}", device.major, device.minor)},
                                           {"multiprocessors", device.multiprocessors},
                                           {"memory_bytes", device.memory_bytes}});
    }
    json["mpi"] = built_with_mpi();
    if (format == "json") return json_text(json);
    Table table{{"item", "value"}, {}};
    const auto add = [&](const std::string& name, const std::string& value) { table.rows.push_back({name, value}); };
    add("version", fmt::format("{} ({})", program_version(), program_git_sha()));
    add("compiler", program_compiler());
    add("netCDF", netcdf_version());
    add("result schema", schema_version);
    add("CPU", fmt::format("{}, {} cores", cpu.device, cpu.threads));
    add("instruction set", fmt::format("{} (of {})", cpu.isa, fmt::join(isas.get<std::vector<std::string>>(), ", ")));
    add("CUDA", built_with_cuda() ? fmt::format("built in, {} device(s)", cuda_device_count())
                                  : "not built (configure with -DMODECOLLAPSE_CUDA=ON)");
    add("MPI", built_with_mpi() ? "built in" : "not built (configure with -DMODECOLLAPSE_MPI=ON)");
    for (const auto& device : json["cuda"]["devices"])
        add(fmt::format("GPU {}", device["index"].get<int>()),
            fmt::format("{}, compute capability {}", device["name"].get<std::string>(),
                        device["compute_capability"].get<std::string>()));
    if (format == "csv") return to_csv(table);
    std::string text;
    for (const auto& row : table.rows) text += fmt::format("{:<16} {}\n", row[0], row[1]);
    return text;
}

}  // namespace modecollapse
