// Ensembles that record every member of a call: their tallies by part, as far as all members of a part are finished.
#pragma once

#include "host/families/family.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {

inline constexpr std::uint8_t unfinished_member = 255;  // in place of an outcome

// run(): does the members of all parts; what it leaves unfinished when it is given up is told by end(i), i from 0, whose
// outcome is then negative. Throws Interrupted if not even the first part is finished.
template <class Run, class End>
std::vector<Tally> recorded_parts(const Schema& schema, const Ids& ids, const Run& run, const End& end) {
    try {
        run();
    } catch (const Interrupted&) {  // what is finished is recorded
    }
    std::vector<Tally> parts;
    for (std::size_t k = 0; k + 1 < ids.edges.size(); ++k) {
        TallyOfMembers members(schema, ids.edges[k]);
        for (std::uint64_t id = ids.edges[k]; id < ids.edges[k + 1]; ++id) {
            const MemberEnd member = end(id - ids.edges.front());
            if (member.outcome < 0) {
                if (parts.empty()) throw Interrupted{};
                return parts;
            }
            members.add(member);
        }
        parts.push_back(members.result());
    }
    return parts;
}

}  // namespace modecollapse
