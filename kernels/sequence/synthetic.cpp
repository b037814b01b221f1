#include "kernels/sequence/synthetic.hpp"

#include <algorithm>

#include "kernels/run/parallel.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::sequence {

static_assert(source_end == end_mark && source_start == start_mark && source_first_word == first_word);

SyntheticSource make_source(const SyntheticLaw& law) {
    SyntheticSource source = {law, std::vector<double>(source_layout(law).count)};
    const Random123Words words;
    for (std::uint64_t i = 0; i < source.parameters.size(); ++i) source.parameters[i] = source_parameter(law, i, words);
    return source;
}

SyntheticSentences draw_sentences(const SyntheticSource& source, std::uint64_t first, std::uint64_t count,
                                  int threads) {
    const SyntheticLaw& law = source.law;
    const std::uint64_t room = law.most_tokens;
    std::vector<std::int32_t> tokens(count * room);
    std::vector<std::uint32_t> length(count);
    SyntheticSentences made = {{}, std::vector<std::uint64_t>(count + 1), std::vector<double>(count * source_latent)};
    parallel_ranges(count, threads, [&](std::uint64_t begin, std::uint64_t end) {
        const Random123Words words;
        std::vector<double> work(source_work(law));
        for (std::uint64_t i = begin; i < end; ++i) {
            const SourceLatent latent = source_latent_of(law, first + i, words);
            std::copy_n(latent.z, source_latent, made.z.begin() + static_cast<std::ptrdiff_t>(i * source_latent));
            length[i] = draw_source_sentence(law, source.parameters.data(), first + i, latent.z, words, work.data(),
                                             tokens.data() + i * room);
        }
    });
    for (std::uint64_t i = 0; i < count; ++i) made.offsets[i + 1] = made.offsets[i] + length[i];
    made.tokens.resize(made.offsets.back());
    for (std::uint64_t i = 0; i < count; ++i)
        std::copy_n(tokens.data() + i * room, length[i], made.tokens.data() + made.offsets[i]);
    return made;
}

}  // namespace modecollapse::sequence
