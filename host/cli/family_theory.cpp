#include "host/cli/family_theory.hpp"

#include <chrono>

#include "host/report/theory_tables.hpp"

namespace modecollapse {

Report run_family_theory(const Configuration& options, const Theory& theory) {
    if (options.text("backend") == "cuda")
        options.refuse("backend", "the theory takes too little for a GPU (allowed: auto|cpu)");
    BackendOptions request;
    request.backend = BackendChoice::cpu;
    request.threads = static_cast<int>(options.integer("threads"));
    const Backend backend = choose_backend(request);
    Report report;
    report.record = begin_record(options, backend, "Closed forms of a collapse");
    const auto started = std::chrono::steady_clock::now();
    const TheoryTables tables = theory.tables(options.settings(), backend.threads);
    report.record.finished = utc_now();
    report.result = theory_tables_result(tables);
    report.result.add(time_taken(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count()));
    report.text = theory_tables_text(tables, report.result);
    return report;
}

}  // namespace modecollapse
