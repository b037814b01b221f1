// Ensembles that record every member of a call: their tallies by part, as far as all members of a part are finished.
#pragma once

#include <optional>

#include "host/families/family.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {

inline constexpr std::uint8_t unfinished_member = 255;  // in place of an outcome

// The members of all parts of a call, added in the order of their ids.
class PartsOfMembers {
public:
    PartsOfMembers(const Schema& schema, const Ids& ids) : schema_(schema), edges_(ids.edges), id_(edges_.front()) {
        members_.emplace(schema_, id_);
    }

    void add(const MemberEnd& member) {
        members_->add(member);
        if (++id_ == edges_[parts_.size() + 1]) {
            parts_.push_back(members_->result());
            members_.emplace(schema_, id_);
        }
    }
    // Of a run that ends here before its last part does. Throws Interrupted if there is nothing to keep.
    std::vector<Tally> so_far(const RunControl& control) {
        const bool first = control.when_given_up == WhenGivenUp::keeps_the_first && edges_.size() == 2;
        if (parts_.empty() && first && id_ > edges_.front()) parts_.push_back(members_->result());
        if (parts_.empty()) throw Interrupted{};
        return parts_;
    }
    std::uint64_t next() const { return id_; }
    std::vector<Tally> all() const { return parts_; }

private:
    const Schema& schema_;
    const std::vector<std::uint64_t>& edges_;
    std::uint64_t id_;
    std::optional<TallyOfMembers> members_;
    std::vector<Tally> parts_;
};

// run(): does the members of all parts; what it leaves unfinished when it is given up is told by end(i), i from 0, whose
// outcome is then negative. Throws Interrupted if not even the first part is finished.
template <class Run, class End>
std::vector<Tally> recorded_parts(const Schema& schema, const Ids& ids, const Run& run, const End& end) {
    try {
        run();
    } catch (const Interrupted&) {  // what is finished is recorded
    }
    PartsOfMembers parts(schema, ids);
    while (parts.next() < ids.edges.back()) {
        const MemberEnd member = end(parts.next() - ids.edges.front());
        if (member.outcome < 0) return parts.so_far({});
        parts.add(member);
    }
    return parts.all();
}

}  // namespace modecollapse
