// Fuzz target: the reader of texts. Input: a byte, then the file. The byte says what is asked for: bit 0 the letters, bit 1 what
// becomes of long sentences, bits 2 to 4 n_max less 1, the rest v less 4. The file is refused, or its sentences are as
// kernels/sequence/token_table.hpp says, its vocabulary is that of all n_max, and reading it once more gives the same.
#include <algorithm>
#include <set>

#include "host/io/sentence_text.hpp"
#include "host/run/memory.hpp"
#include "tests/fuzz/file.hpp"

namespace {

using namespace modecollapse;
using fuzz::require_true;

// False: refused.
bool read(const std::string& path, const SentenceRequest& request, SentenceText& text) {
    try {
        text = read_sentences(path, request);
    } catch (const BadData& error) {
        require_true(error.what()[0] != '\0', "a refusal has a reason");
        return false;
    } catch (const TooLarge&) {
        return false;
    }
    return true;
}

void require_sentences(const SentenceText& text, const SentenceRequest& request) {
    require_true(text.sentences() > 0 && text.offsets.front() == 0 && text.offsets.back() == text.tokens.size(),
                 "there are sentences, and their tokens are all");
    for (std::uint64_t i = 0; i < text.sentences(); ++i) {
        const std::uint64_t begin = text.offsets[i], end = text.offsets[i + 1];
        require_true(end > begin && end - begin <= request.most_tokens, "a sentence has 1 to n_max tokens");
        for (std::uint64_t t = begin; t < end; ++t) {
            const std::int32_t token = text.tokens[t];
            require_true(
                token >= 0 && token < static_cast<std::int32_t>(text.words.size()) && token != sequence::start_mark,
                "a token is the end mark, the unknown word or a word");
            require_true(token != sequence::end_mark || (t > begin && t + 1 == end), "the end mark stands at the end");
        }
        require_true(text.tokens[end - 1] == sequence::end_mark || end - begin == request.most_tokens,
                     "only a sentence that was cut has no end mark");
    }
}

void require_words(const SentenceText& text, const SentenceRequest& request) {
    const std::set<std::string> words(text.words.begin() + sequence::first_word, text.words.end());
    require_true(text.words.size() <= request.words, "the vocabulary has at most v words");
    require_true(words.size() + sequence::first_word == text.words.size(), "words differ");
    for (const std::string& word : words)
        require_true(!word.empty() && word.find_first_of(std::string(" \t\r\v\f\n\0", 7)) == std::string::npos,
                     "a word has no blank");
    require_true(text.lines == text.empty + text.dropped + text.sentences(), "every line is accounted for");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file;
    if (size == 0) return 0;
    file.write(fuzz::text_of(data + 1, size - 1));
    SentenceRequest request;
    request.letters = data[0] % 2 == 0 ? Letters::as_they_are : Letters::lower;
    request.long_sentences = data[0] / 2 % 2 == 0 ? LongSentences::cut : LongSentences::drop;
    request.most_tokens = 1 + data[0] / 4 % 8;
    request.words = 4 + data[0] / 32;
    SentenceText text, again;
    if (!read(file.path(), request, text)) return 0;
    require_sentences(text, request);
    require_words(text, request);
    request.most_tokens = 1000;
    require_true(read(file.path(), request, again), "longer sentences are no reason to refuse");
    require_true(again.words == text.words && again.digest == text.digest,
                 "the vocabulary and the hash are the file's");
    return 0;
}
