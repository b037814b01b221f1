// Trained VAEs that a run goes on with (--continue-models) or keeps (--save-models).
#pragma once

#include <string>

#include "host/families/capabilities.hpp"
#include "host/families/vae/saved_models.hpp"

namespace modecollapse {

class SavedVaes : public SavedRun {
public:
    explicit SavedVaes(const Configuration& options);  // see SavedMemberFiles::begin
    void write(const RunRecord& record) const override;

    const vae::States* from() const { return goes_on_ ? &from_ : nullptr; }
    const vae::States* to() const { return path_.empty() ? nullptr : &to_; }

private:
    std::string path_;  // to save to; empty: not asked for
    bool goes_on_;
    SavedModels before_, after_;
    vae::States from_, to_;  // point into them
};

const SavedMemberFiles& files_of_vaes();

}  // namespace modecollapse
