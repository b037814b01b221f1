#include "host/families/sequence_vae/sentence_source.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <mutex>

#include "host/families/file_rows.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"
#include "kernels/run/records.hpp"

namespace modecollapse {
namespace {

using Data = std::shared_ptr<const SentenceData>;

// The one of a key that was asked for last stays, others as long as somebody holds them.
Data kept(const std::string& key, const std::function<Data()>& make) {
    static std::map<std::string, std::weak_ptr<const SentenceData>> known;
    static Data last;
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    std::weak_ptr<const SentenceData>& place = known[key];
    Data data = place.lock();
    if (!data) {
        last.reset();
        place = data = make();
    }
    return last = data;
}

void point(SentenceData& all, std::uint32_t words, std::uint32_t most_tokens) {
    all.data.training = {all.tokens.data(), all.offsets.data(), all.offsets.size() - 1, words, most_tokens};
    all.data.held_out = {all.held_out_tokens.data(), all.held_out_offsets.data(), all.held_out_offsets.size() - 1,
                         words, most_tokens};
}

Data cut_in_two(const std::string& path, const SentenceRequest& request, std::uint64_t training,
                std::uint64_t held_out) {
    SentenceText text = text_of_file(path, request);
    const std::uint64_t rows = text.sentences();
    if (held_out + 2 > rows)
        throw std::domain_error(rows < 4 ? fmt::format("data = {}: has {} sentences (allowed: 4 or more)", path, rows)
                                         : fmt::format("held-out = {} (allowed: 2 to {} with data {} of {} sentences)",
                                                       held_out, rows - 2, path, rows));
    if (training > rows - held_out)
        throw std::domain_error(
            fmt::format("data-size = {} (allowed: 0 to {} with data {} of {} sentences, {} held out)", training,
                        rows - held_out, path, rows, held_out));
    const std::uint64_t end = training == 0 ? rows : held_out + training;
    auto all = std::make_shared<SentenceData>();
    all->offsets = all->held_out_offsets = {0};
    const std::vector<std::uint64_t> order = shuffled(rows);
    for (std::uint64_t i = 0; i < end; ++i) {
        const auto begin = text.tokens.begin() + static_cast<std::ptrdiff_t>(text.offsets[order[i]]),
                   last = text.tokens.begin() + static_cast<std::ptrdiff_t>(text.offsets[order[i] + 1]);
        std::vector<std::int32_t>& to = i < held_out ? all->held_out_tokens : all->tokens;
        to.insert(to.end(), begin, last);
        (i < held_out ? all->held_out_offsets : all->offsets).push_back(to.size());
    }
    all->words = std::move(text.words);
    all->digest = std::move(text.digest);
    all->sentences = rows;
    all->cut = text.cut;
    all->dropped = text.dropped;
    all->different_words = text.different_words;
    all->all_tokens = text.tokens.size();
    all->unknown_tokens = text.unknown_tokens;
    point(*all, static_cast<std::uint32_t>(all->words.size()), request.most_tokens);
    return all;
}

Data drawn(const sequence::SyntheticLaw& law, std::uint64_t training, std::uint64_t held_out) {
    const double bytes = 8.0 * static_cast<double>(training + held_out) * (law.most_tokens + 4.0);
    require_memory(fmt::format("data-size = {} with held-out = {}", training, held_out), bytes);
    auto all = std::make_shared<SentenceData>();
    const StopRequest* stop = give_up_request();
    all->source = sequence::make_source(law, stop);
    const auto draw = [&](std::uint64_t first, std::uint64_t count) {
        return sequence::draw_sentences(all->source, first, count, best_cpu_isa(), 1, stop);
    };
    sequence::SyntheticSentences seen = draw(0, training), unseen = draw(first_held_out_sentence, held_out);
    throw_if_given_up();  // then they are not complete
    all->tokens = std::move(seen.tokens);
    all->offsets = std::move(seen.offsets);
    all->held_out_tokens = std::move(unseen.tokens);
    all->held_out_offsets = std::move(unseen.offsets);
    all->held_out_latents = std::move(unseen.z);
    point(*all, law.words, law.most_tokens);
    return all;
}

}  // namespace

SentenceText text_of_file(const std::string& path, const SentenceRequest& request) {
    try {
        return read_sentences(path, request);
    } catch (const BadData& error) {
        throw std::domain_error(
            fmt::format("data = {}: {} (allowed: {}a text in UTF-8, also with .gz, a sentence a line)", path,
                        error.what(), request.vocabulary ? "" : "synthetic, or "));
    }
}

std::shared_ptr<const SentenceData> sentences_of_file(const std::string& path, const SentenceRequest& request,
                                                      std::uint64_t training, std::uint64_t held_out) {
    const std::string key =
        fmt::format("{}\n{} {} {} {} {} {}", identity_of(path), request.words, request.most_tokens,
                    static_cast<int>(request.letters), static_cast<int>(request.long_sentences), training, held_out);
    return kept(key, [&] { return cut_in_two(path, request, training, held_out); });
}

std::shared_ptr<const SentenceData> sentences_of_source(const sequence::SyntheticLaw& law, std::uint64_t training,
                                                        std::uint64_t held_out) {
    const std::string key =
        fmt::format("\n{} {} {} {} {} {} {} {} {} {}", law.words, law.most_tokens, law.width, law.weight_scale,
                    law.head_scale, law.radius, law.spread, law.seed, training, held_out);
    return kept(key, [&] { return drawn(law, training, held_out); });
}

}  // namespace modecollapse
