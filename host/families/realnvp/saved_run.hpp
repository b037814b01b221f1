// Trained flows that a run goes on with (--continue-flows) or keeps (--save-flows).
#pragma once

#include <string>

#include "host/families/capabilities.hpp"
#include "host/families/realnvp/saved_members.hpp"

namespace modecollapse {

class SavedFlows : public SavedRun {
public:
    explicit SavedFlows(const Configuration& options);  // see SavedMemberFiles::begin
    void write(const RunRecord& record) const override;

    const RealnvpStates* from() const { return goes_on_ ? &from_ : nullptr; }
    const RealnvpStates* to() const { return path_.empty() ? nullptr : &to_; }

private:
    std::string path_;  // to save to; empty: not asked for
    bool goes_on_;
    SavedMembers before_, after_;
    RealnvpStates from_, to_;  // point into them
};

const SavedMemberFiles& files_of_realnvp();

}  // namespace modecollapse
