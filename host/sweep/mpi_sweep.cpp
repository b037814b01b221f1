// The MPI executor. Messages are arrays of 64-bit integers; only the main thread of a rank talks to MPI.
//
//   worker -> 0   machine                     device and instruction set, as text: comes first
//                 request                     answered by up to `batch` cells (cell, pieces, tally), none: stop
//                 record                      a journal record
//                 failure                     cell, and why as text: follows its record
//                 done                        the worker has left its loop; answered by goodbye
//   0 -> worker   stop                        finish the piece at hand, then leave the loop
//                 goodbye                     was it told to stop (1 or 0)? Then that message is waiting for it
#include "host/sweep/mpi_sweep.hpp"

#include <mpi.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <exception>
#include <thread>

#include "host/run/watch.hpp"
#include "host/sweep/tally_words.hpp"

namespace modecollapse {
namespace {

enum Tag { tag_request = 1, tag_cells, tag_record, tag_failure, tag_done, tag_stop, tag_goodbye, tag_machine };

constexpr int batch = 8;

using Word = std::int64_t;
using Words = std::vector<Word>;

// A message of `first`, then a tally: the same bits, as all ranks run the same program.
Words words_with(Words first, const Tally& tally) {
    put_tally(tally, [&](std::uint64_t word) { first.push_back(static_cast<Word>(word)); });
    return first;
}

Tally tally_from(const Word* words, const TallySize& size) {
    return take_tally(size, [&] { return static_cast<std::uint64_t>(*words++); });
}

void send_text(const std::string& text, Tag tag) {
    MPI_Send(text.data(), static_cast<int>(text.size()), MPI_CHAR, 0, tag, MPI_COMM_WORLD);
}

std::string received_text(const MPI_Status& status) {
    int length = 0;
    MPI_Get_count(&status, MPI_CHAR, &length);
    std::string text(static_cast<std::size_t>(length), ' ');
    MPI_Recv(text.data(), length, MPI_CHAR, status.MPI_SOURCE, status.MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return text;
}

// On a worker: has rank 0 said so?
bool told_to_stop() {
    int waiting = 0;
    MPI_Iprobe(0, tag_stop, MPI_COMM_WORLD, &waiting, MPI_STATUS_IGNORE);
    return waiting != 0;
}

bool under_a_launcher() {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"})
        if (std::getenv(name)) return true;
    return false;
}

// Rank 0: answers the other ranks until all are done.
class Service {
public:
    Service(const MpiSession& session, const TallySize& size, const CellSource& source, const SweepControl& control)
        : session_(session), size_(size), source_(source), control_(control) {}

    void run() {
        int left = session_.size() - 1;
        Words told(static_cast<std::size_t>(session_.size()), 0);
        std::vector<bool> gone(told.size(), false);
        while (left > 0) {
            MPI_Status status;
            int waiting = 0;
            MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &waiting, &status);
            if (!waiting && (error_ || source_.stop()))
                for (int rank = 1; rank < session_.size(); ++rank)
                    if (const auto at = static_cast<std::size_t>(rank); !told[at] && !gone[at]) {
                        MPI_Send(nullptr, 0, MPI_INT64_T, rank, tag_stop, MPI_COMM_WORLD);
                        told[at] = 1;
                    }
            if (!waiting) {
                std::this_thread::sleep_for(std::chrono::microseconds(200));
                continue;
            }
            switch (status.MPI_TAG) {
                case tag_request:
                    answer(status);
                    break;
                case tag_record:
                    take_record(status);
                    break;
                case tag_failure:
                    take_failure(status);
                    break;
                case tag_machine:
                    take_machine(status);
                    break;
                default: {
                    MPI_Recv(nullptr, 0, MPI_INT64_T, status.MPI_SOURCE, tag_done, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
                    const auto at = static_cast<std::size_t>(status.MPI_SOURCE);
                    gone[at] = true;
                    MPI_Send(&told[at], 1, MPI_INT64_T, status.MPI_SOURCE, tag_goodbye, MPI_COMM_WORLD);
                    --left;
                }
            }
        }
        if (error_) std::rethrow_exception(error_);
    }

private:
    void answer(const MPI_Status& status) {
        MPI_Recv(nullptr, 0, MPI_INT64_T, status.MPI_SOURCE, tag_request, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        Words words;
        for (int i = 0; i < batch && !error_ && !source_.stop(); ++i) {
            const std::optional<CellTask> task = source_.next();
            if (!task) break;
            words.push_back(static_cast<Word>(task->cell));
            words.push_back(static_cast<Word>(task->pieces));
            words = words_with(std::move(words), task->tally);
        }
        MPI_Send(words.data(), static_cast<int>(words.size()), MPI_INT64_T, status.MPI_SOURCE, tag_cells,
                 MPI_COMM_WORLD);
    }

    void take_record(const MPI_Status& status) {
        Words words(3 + words_of(size_));
        MPI_Recv(words.data(), static_cast<int>(words.size()), MPI_INT64_T, status.MPI_SOURCE, tag_record,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        JournalRecord record;
        record.cell = static_cast<std::uint64_t>(words[0]);
        record.piece = static_cast<std::uint64_t>(words[1]);
        record.status = static_cast<PieceStatus>(words[2]);
        record.tally = tally_from(words.data() + 3, size_);
        try {
            if (!error_) source_.deliver(record);
        } catch (
            ...) {  // a full disk: what is journalled stays; the other ranks are told to stop, then the error goes on
            error_ = std::current_exception();
        }
    }

    void take_machine(const MPI_Status& status) {
        const std::string text = received_text(status);
        const std::size_t line = text.find('\n');
        try {
            if (control_.on_machine) control_.on_machine(text.substr(0, line), text.substr(line + 1));
        } catch (...) {  // a full disk, as of a record
            error_ = std::current_exception();
        }
    }

    void take_failure(const MPI_Status& status) {
        const std::string text = received_text(status);
        const std::size_t colon = text.find(':');
        control_.on_failure(std::strtoull(text.c_str(), nullptr, 10), text.substr(colon + 1));
    }

    const MpiSession& session_;
    TallySize size_;
    const CellSource& source_;
    const SweepControl& control_;
    std::exception_ptr error_;
};

}  // namespace

bool built_with_mpi() { return true; }

MpiSession::MpiSession() : active_(under_a_launcher()) {
    if (!active_) return;
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm machine;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &machine);
    MPI_Comm_rank(machine, &local_rank_);
    MPI_Comm_size(machine, &companions_.on_machine);
    cpu_set_t own;  // ranks that their launcher has bound to the same processors share them, others have their own
    CPU_ZERO(&own);
    sched_getaffinity(0, sizeof own, &own);
    std::vector<cpu_set_t> all(static_cast<std::size_t>(companions_.on_machine));
    MPI_Allgather(&own, sizeof own, MPI_BYTE, all.data(), sizeof own, MPI_BYTE, machine);
    companions_.on_same_processors = static_cast<int>(
        std::count_if(all.begin(), all.end(), [&own](const cpu_set_t& other) { return CPU_EQUAL(&own, &other); }));
    MPI_Comm_free(&machine);
}

MpiSession::~MpiSession() {
    if (active_) MPI_Finalize();
}

std::string MpiSession::broadcast(const std::string& text) const {
    if (!active_) return text;
    int length = static_cast<int>(text.size());
    MPI_Bcast(&length, 1, MPI_INT, 0, MPI_COMM_WORLD);
    std::string result = text;
    result.resize(static_cast<std::size_t>(length));
    MPI_Bcast(result.data(), length, MPI_CHAR, 0, MPI_COMM_WORLD);
    return result;
}

void run_sweep_as_coordinator(const MpiSession& session, const SweepPlan& plan, SweepState& state, Journal& journal,
                              const std::vector<Backend>& workers, const SweepControl& control) {
    if (session.size() == 1) return run_sweep(plan, state, journal, workers, control);
    SweepControl served = control;
    served.serve = [&](const CellSource& source) { Service(session, size_of(plan.schema), source, control).run(); };
    run_sweep(plan, state, journal, workers, served);
}

void run_sweep_as_worker(const MpiSession&, const SweepPlan& plan, const Backend& backend) {
    send_text(backend.device + '\n' + backend.isa, tag_machine);
    const TallySize size = size_of(plan.schema);
    const std::size_t task_words = 2 + words_of(size);
    std::deque<CellTask> tasks;
    CellSource source;
    source.stop = [] { return stop_asked() || told_to_stop(); };
    source.next = [&]() -> std::optional<CellTask> {
        if (tasks.empty()) {
            Words words(batch * task_words);
            MPI_Status status;
            MPI_Send(nullptr, 0, MPI_INT64_T, 0, tag_request, MPI_COMM_WORLD);
            MPI_Recv(words.data(), static_cast<int>(words.size()), MPI_INT64_T, 0, tag_cells, MPI_COMM_WORLD, &status);
            int received = 0;
            MPI_Get_count(&status, MPI_INT64_T, &received);
            for (const Word* task = words.data(); task < words.data() + received; task += task_words)
                tasks.push_back({static_cast<std::uint64_t>(task[0]), static_cast<std::uint64_t>(task[1]),
                                 tally_from(task + 2, size)});
        }
        if (tasks.empty()) return std::nullopt;
        CellTask task = std::move(tasks.front());
        tasks.pop_front();
        return task;
    };
    source.deliver = [](const JournalRecord& record) {
        const Words words = words_with(
            {static_cast<Word>(record.cell), static_cast<Word>(record.piece), static_cast<Word>(record.status)},
            record.tally);
        MPI_Send(words.data(), static_cast<int>(words.size()), MPI_INT64_T, 0, tag_record, MPI_COMM_WORLD);
    };
    const auto on_failure = [](std::uint64_t cell, const std::string& why) {
        send_text(std::to_string(cell) + ":" + why, tag_failure);
    };
    try {
        work_on_cells(plan, backend, source, on_failure);
    } catch (const Interrupted&) {  // while a cell was set up: rank 0 leaves it pending
    }
    MPI_Send(nullptr, 0, MPI_INT64_T, 0, tag_done, MPI_COMM_WORLD);
    Word told = 0;
    MPI_Recv(&told, 1, MPI_INT64_T, 0, tag_goodbye, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (told) MPI_Recv(nullptr, 0, MPI_INT64_T, 0, tag_stop, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

}  // namespace modecollapse
