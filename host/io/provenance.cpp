#include "host/io/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <ctime>

#include "generated/provenance.hpp"
#include "host/io/equal_bits.hpp"

namespace modecollapse {

std::string program_version() { return MODECOLLAPSE_VERSION; }
std::string program_git_sha() { return MODECOLLAPSE_GIT_SHA; }

std::string program_compiler() {
#if defined(__clang__)
    return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
    return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
    return "unknown";
#endif
}

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

std::string config_hash(const RunRecord& record) {
    const std::string isa = has_equal_bits_on_every_isa(record.backend) ? "" : record.isa;
    const std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", record.config_toml, program_version(),
                                         record.precision, record.backend, isa, record.files);
    return to_string(boost::uuids::name_generator_sha1(boost::uuids::ns::oid())(text));
}

Attributes provenance_attributes(const RunRecord& record) {
    return {
        {"Conventions", "CF-1.8"},
        {"title", record.title},
        {"source", fmt::format("modecollapse {}", program_version())},
        {"references", "Soletskyi, Gabrie, Loureiro, arXiv 2410.13300; Fogliani, Loureiro, Gabrie, arXiv 2602.12923"},
        {"schema_version", schema_version},
        {"version", program_version()},
        {"git_sha", program_git_sha()},
        {"compiler", program_compiler()},
        {"config_toml", record.config_toml},
        {"config_hash", config_hash(record)},
        {"seed", record.seed},
        {"backend", record.backend},
        {"isa", record.isa},
        {"device", record.device},
        {"precision", record.precision},
        {"started", record.started},
        {"finished", record.finished}};
}

}  // namespace modecollapse
