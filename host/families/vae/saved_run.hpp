// Trained VAEs that a run goes on with (--continue-models) or keeps (--save-models).
#pragma once

#include <functional>

#include "host/families/saved_run.hpp"
#include "host/families/vae/saved_models.hpp"

namespace modecollapse {

struct VaeFormat {
    using Members = SavedModels;
    static constexpr const char *save = "save-models", *go_on = "continue-models", *what = "trained models";
    static Members asked(const Configuration& options, const std::function<void(std::uint64_t, std::uint64_t)>& room);
    static Members read(const std::string& path) { return read_models(path); }
    static void write(const std::string& path, const Members& members, const RunRecord& record) {
        write_models(path, members, record);
    }
    static void require_same_training(const Members& before, const Members& asked, const std::string& path) {
        modecollapse::require_same_training(before, asked, path);
    }
};
using SavedVaes = SavedRunOf<VaeFormat>;

const SavedMemberFiles& files_of_vaes();

}  // namespace modecollapse
