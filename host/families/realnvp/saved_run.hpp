// Trained flows that a run goes on with (--continue-flows) or keeps (--save-flows).
#pragma once

#include <functional>

#include "host/families/realnvp/saved_members.hpp"
#include "host/families/saved_run.hpp"

namespace modecollapse {

struct FlowFormat {
    using Members = SavedMembers;
    static constexpr const char *save = "save-flows", *go_on = "continue-flows", *what = "trained flows";
    static Members asked(const Configuration& options, const std::function<void(std::uint64_t, std::uint64_t)>& room);
    static Members read(const std::string& path) { return read_members(path); }
    static void write(const std::string& path, const Members& members, const RunRecord& record) {
        write_members(path, members, record);
    }
    static void require_same_training(const Members& before, const Members& asked, const std::string& path) {
        modecollapse::require_same_training(before, asked, path);
    }
};
using SavedFlows = SavedRunOf<FlowFormat>;

const SavedMemberFiles& files_of_realnvp();

}  // namespace modecollapse
