#include "host/theory/signature.hpp"

#include <algorithm>

namespace modecollapse {
namespace {

char letter_of(Outcome outcome) { return static_cast<char>('a' + static_cast<int>(outcome)); }

}  // namespace

std::string signature_of(const std::vector<Arc>& arcs, double narrowest) {
    std::string turned;
    for (const Arc& arc : arcs) {
        const char letter = letter_of(arc.outcome);
        if (arc.end - arc.begin >= narrowest && (turned.empty() || turned.back() != letter)) turned += letter;
    }
    if (turned.size() > 1 && turned.front() == turned.back()) turned.pop_back();
    std::string smallest = turned;
    for (std::size_t i = 1; i < turned.size(); ++i) {
        std::rotate(turned.begin(), turned.begin() + 1, turned.end());
        smallest = std::min(smallest, turned);
    }
    return smallest;
}

}  // namespace modecollapse
