// Synthetic sentences, held: the weights of a source (include/modecollapse/sequence/synthetic_source.hpp) and sentences of it.
#pragma once

#include <vector>

#include "kernels/run/stop_request.hpp"
#include "kernels/sequence/token_table.hpp"
#include "modecollapse/sequence/synthetic_source.hpp"

namespace modecollapse::sequence {

struct SyntheticSource {
    SyntheticLaw law;
    std::vector<double> parameters;  // as source_layout says

    SourceView view() const { return {law, parameters.data()}; }
};

// stop, here and below: once due, what is returned is not complete; or null.
SyntheticSource make_source(const SyntheticLaw& law, const StopRequest* stop = nullptr);

struct SyntheticSentences {
    std::vector<std::int32_t> tokens;    // (offsets.back())
    std::vector<std::uint64_t> offsets;  // (sentences + 1)
    std::vector<double> z;               // (sentences, 2): what they were drawn from

    TokenTable table(const SyntheticLaw& law) const {
        return {tokens.data(), offsets.data(), offsets.size() - 1, law.words, law.most_tokens};
    }
};

// Memory for a thread's calls of synthetic_lanes.hpp.
class SyntheticWork {
public:
    explicit SyntheticWork(const SyntheticLaw& law);
    void* get();

private:
    std::vector<double> block_;
};

// Sentences first .. first + count - 1 of the source: the same whatever else is drawn, for any number of threads and any
// instruction set. Throws std::invalid_argument for one that this machine lacks.
SyntheticSentences draw_sentences(const SyntheticSource& source, std::uint64_t first, std::uint64_t count,
                                  const char* isa, int threads, const StopRequest* stop = nullptr);

}  // namespace modecollapse::sequence
