#include "kernels/sequence/synthetic.hpp"

#include <algorithm>
#include <memory>

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/run/parallel.hpp"
#include "kernels/sequence/synthetic_lanes.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::sequence {

static_assert(source_end == end_mark && source_start == start_mark && source_first_word == first_word);

SyntheticSource make_source(const SyntheticLaw& law, const StopRequest* stop) {
    SyntheticSource source = {law, std::vector<double>(source_layout(law).count)};
    const Random123Words words;
    StopCheck given_up(stop);
    for (std::uint64_t i = 0; i < source.parameters.size() && !given_up(1); ++i)
        source.parameters[i] = source_parameter(law, i, words);
    return source;
}

SyntheticWork::SyntheticWork(const SyntheticLaw& law) : block_(source_work(law) * most_source_lanes + 8) {}

void* SyntheticWork::get() {
    void* work = block_.data();
    std::size_t room = block_.size() * sizeof(double);
    return std::align(64, room - 64, work, room);
}

SyntheticSentences draw_sentences(const SyntheticSource& source, std::uint64_t first, std::uint64_t count,
                                  const char* isa, int threads, const StopRequest* stop) {
    require_supported(isa);
    const auto lanes = MC_FUNCTION_FOR(isa, synthetic_lanes);
    const SyntheticLaw& law = source.law;
    const std::uint64_t room = law.most_tokens;
    std::vector<std::int32_t> tokens(count * room);
    std::vector<std::uint32_t> length(count);
    SyntheticSentences made = {{}, std::vector<std::uint64_t>(count + 1), std::vector<double>(count * source_latent)};
    parallel_ranges(count, threads, [&](std::uint64_t begin, std::uint64_t end) {
        SyntheticWork work(law);
        const SentencesCall wanted = {first + begin, end - begin, made.z.data() + begin * source_latent,
                                      length.data() + begin, tokens.data() + begin * room};
        lanes({&law, source.parameters.data(), work.get(), nullptr, &wanted, stop});
    });
    if (is_due(stop)) return made;
    for (std::uint64_t i = 0; i < count; ++i) made.offsets[i + 1] = made.offsets[i] + length[i];
    made.tokens.resize(made.offsets.back());
    for (std::uint64_t i = 0; i < count; ++i)
        std::copy_n(tokens.data() + i * room, length[i], made.tokens.data() + made.offsets[i]);
    return made;
}

}  // namespace modecollapse::sequence
