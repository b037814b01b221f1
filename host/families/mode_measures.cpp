#include "host/families/mode_measures.hpp"

#include <mutex>
#include <set>

namespace modecollapse {

const char* kept_name(const std::string& name) {
    static std::set<std::string> names;
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    return names.insert(name).first->c_str();
}

std::vector<OutcomeClass> classes_of_lost_modes(int most) {
    std::vector<OutcomeClass> classes = {{"covered", OutcomeClass::other}};
    for (int lost = 1; lost < most; ++lost)
        classes.push_back({kept_name("lost_" + std::to_string(lost)), OutcomeClass::collapse});
    return classes;
}

std::vector<Fact> facts_of_modes(int count, int span, double full_coverage) {
    return {{"modes_of_the_target", "number K* of modes", std::int64_t{count}},
            {"span_of_the_modes", "dimensions r that the modes span", std::int64_t{span}},
            {"full_coverage", "entropic mode coverage of a perfect fit", full_coverage}};
}

}  // namespace modecollapse
