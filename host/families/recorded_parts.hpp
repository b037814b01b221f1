// Ensembles that record every member of a call: their tallies by part, as far as all members of a part are finished.
#pragma once

#include <algorithm>
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

// How many members of `members` an ensemble that records them runs at once: some tenths of a second of every thread, at most
// `largest` unless the backend needs more to be kept busy.
inline std::uint64_t members_of_a_call(const Ensemble& ensemble, const Backend& backend, std::uint64_t members,
                                       std::uint64_t largest) {
    constexpr double work_of_a_thread = 0x1p28;  // multiplications
    const std::uint64_t least = ensemble.members_at_once(backend);
    const double fitting = work_of_a_thread * backend.threads / ensemble.work_of_a_member();
    const std::uint64_t whole = static_cast<std::uint64_t>(std::min(fitting, static_cast<double>(largest)));
    return std::min(members, std::max(least, whole / least * least));
}

// The members of all parts, `most` of them a call: run(first, count), then end(i) of each, i from 0, whose outcome is negative
// for one that the call has left unfinished.
template <class Run, class End>
std::vector<Tally> parts_by_calls(const Schema& schema, const Ids& ids, std::uint64_t most, const RunControl& control,
                                  const Run& run, const End& end) {
    PartsOfMembers parts(schema, ids);
    while (parts.next() < ids.edges.back()) {
        if (is_due(give_up_request())) return parts.so_far(control);
        const std::uint64_t first = parts.next(), count = std::min(most, ids.edges.back() - first);
        run(first, count);
        for (std::uint64_t i = 0; i < count; ++i) {
            const MemberEnd member = end(i);
            if (member.outcome < 0) return parts.so_far(control);
            parts.add(member);
        }
        if (control.progress) control.progress(parts.next() - ids.edges.front());
    }
    return parts.all();
}

}  // namespace modecollapse
