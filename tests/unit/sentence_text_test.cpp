// A text file as tokens: its vocabulary, what becomes of its lines, and what is refused.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>

#include "host/io/sentence_text.hpp"

namespace modecollapse {
namespace {

class TextFile {
public:
    explicit TextFile(const std::string& bytes)
        : path_(testing::TempDir() + "sentences-" + std::to_string(getpid()) + ".txt") {
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    ~TextFile() { unlink(path_.c_str()); }
    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

SentenceText read(const std::string& bytes, const SentenceRequest& request = {}) {
    return read_sentences(TextFile(bytes).path(), request);
}

std::string refusal(const std::string& path, const SentenceRequest& request = {}) {
    try {
        read_sentences(path, request);
    } catch (const BadData& error) {
        return error.what();
    }
    return "not refused";
}
std::string refusal_of(const std::string& bytes, const SentenceRequest& request = {}) {
    return refusal(TextFile(bytes).path(), request);
}

using Strings = std::vector<std::string>;
using Tokens = std::vector<std::int32_t>;
using Offsets = std::vector<std::uint64_t>;

TEST(SentenceText, NumbersWordsByFrequencyThenBytes) {
    const SentenceText text = read("b a b\n\n  \t\r\nc \xC3\xA9 b\r\na");
    EXPECT_EQ(text.words, (Strings{"<end>", "<start>", "<unknown>", "b", "a", "c", "\xC3\xA9"}));
    EXPECT_EQ(text.tokens, (Tokens{3, 4, 3, 0, 5, 6, 3, 0, 4, 0}));
    EXPECT_EQ(text.offsets, (Offsets{0, 4, 8, 10}));
    EXPECT_EQ(text.lines, 5u);
    EXPECT_EQ(text.empty, 2u);
    EXPECT_EQ(text.unknown_tokens, 0u);
}

TEST(SentenceText, RareWordsAreUnknown) {
    SentenceRequest request;
    request.words = 5;
    const SentenceText text = read("b a b\nc b a\nd", request);
    EXPECT_EQ(text.words, (Strings{"<end>", "<start>", "<unknown>", "b", "a"}));
    EXPECT_EQ(text.tokens, (Tokens{3, 4, 3, 0, 2, 3, 4, 0, 2, 0}));
    EXPECT_EQ(text.unknown_tokens, 2u);
    EXPECT_EQ(text.different_words, 4u);
}

TEST(SentenceText, AGivenVocabularyStandsInPlaceOfTheFiles) {
    const Strings known = {"<end>", "<start>", "<unknown>", "z", "b"};
    SentenceRequest request;
    request.vocabulary = &known;
    const SentenceText given = read("b a b\nc b z", request), own = read("b a b\nc b z");
    EXPECT_EQ(given.words, known);
    EXPECT_EQ(given.tokens, (Tokens{4, 2, 4, 0, 2, 4, 3, 0}));
    EXPECT_EQ(given.unknown_tokens, 2u);
    EXPECT_EQ(given.different_words, 4u);
    EXPECT_NE(own.tokens, given.tokens);  // twin: were it ignored
    EXPECT_NE(own.words, known);
}

// The vocabulary is that of the whole file, whatever becomes of its long sentences.
TEST(SentenceText, LongSentencesAreCutOrDropped) {
    SentenceRequest request;
    request.most_tokens = 3;
    const std::string bytes = "a b\nz z z\nb\n";
    const SentenceText cut = read(bytes, request);
    EXPECT_EQ(cut.tokens, (Tokens{5, 4, 0, 3, 3, 3, 4, 0}));  // a cut sentence has no end mark
    EXPECT_EQ(cut.cut, 1u);
    request.long_sentences = LongSentences::drop;
    const SentenceText dropped = read(bytes, request);
    EXPECT_EQ(dropped.tokens, (Tokens{5, 4, 0, 4, 0}));
    EXPECT_EQ(dropped.dropped, 1u);
    EXPECT_EQ(dropped.words, cut.words);
    EXPECT_EQ(refusal_of("z z z\n", request),
              "has no sentence left: all 1 are longer than 3 tokens, the end mark among them");
}

TEST(SentenceText, LowersOnlyAsciiLetters) {
    SentenceRequest request;
    request.letters = Letters::lower;
    EXPECT_EQ(read("Az [aZ \xC3\x89", request).words,
              (Strings{"<end>", "<start>", "<unknown>", "[az", "az", "\xC3\x89"}));
    EXPECT_EQ(read("Az aZ").words.size(), 5u);
}

TEST(SentenceText, PunctuationIsAPartOfItsWord) { EXPECT_EQ(read("end. end").words.size(), 5u); }

TEST(SentenceText, SkipsAByteOrderMark) {
    EXPECT_EQ(read("\xEF\xBB\xBFone\n").words.back(), "one");
    EXPECT_EQ(refusal_of("\xEF\xBB\xBF"), "has no word");
}

TEST(SentenceText, ItsDigestIsThatOfItsBytesPackedOrNot) {
    const SentenceText plain = read("one two\nthree\n");
    EXPECT_EQ(plain.digest, "6481b98de00b3b8c0eccd56b3877aa72d7cbb9c2b97142fa35f7177f9456926d");
    EXPECT_NE(read("one two\nthree").digest, plain.digest);
    const TextFile packed("");
    const gzFile file = gzopen(packed.path().c_str(), "wb");
    gzputs(file, "one two\nthree\n");
    gzclose(file);
    const SentenceText unpacked = read_sentences(packed.path(), {});
    EXPECT_EQ(unpacked.digest, plain.digest);
    EXPECT_EQ(unpacked.tokens, plain.tokens);
    ASSERT_EQ(truncate(packed.path().c_str(), 20), 0);
    EXPECT_EQ(refusal(packed.path()), "is cut off");
}

TEST(SentenceText, RefusesWhatIsNoText) {
    EXPECT_EQ(refusal_of(""), "has no word");
    EXPECT_EQ(refusal_of("\n \t\n"), "has no word");
    EXPECT_EQ(refusal_of("a\nb\xFF"), "is no UTF-8 (line 2, byte 2)");
    EXPECT_EQ(refusal_of("\xC0\x80"), "is no UTF-8 (line 1, byte 1)");       // overlong
    EXPECT_EQ(refusal_of("a\xED\xA0\x80"), "is no UTF-8 (line 1, byte 2)");  // a surrogate
    EXPECT_EQ(refusal_of("a\xE2\x82\nb"), "is no UTF-8 (line 1, byte 2)");   // torn by the end of its line
    EXPECT_EQ(refusal_of(std::string("\xFF\xFE"
                                     "a\0",
                                     4)),
              "is no UTF-8 (line 1, byte 1)");  // UTF-16
    EXPECT_EQ(refusal_of(std::string("a\0b", 3)), "holds the control character 0x00 (line 1, byte 2)");
    EXPECT_EQ(refusal_of("a\x1B[31m"), "holds the control character 0x1b (line 1, byte 2)");
    EXPECT_EQ(refusal_of("a\xC2\x85"), "holds the control character 0x85 (line 1, byte 2)");
    EXPECT_EQ(refusal_of(std::string(most_line_bytes + 1, 'a')), "has a line of more than 1048576 bytes");
    EXPECT_EQ(read(std::string(most_line_bytes, 'a') + "\n").sentences(), 1u);
}

TEST(SentenceText, OpensOnlyRegularFiles) {
    const std::string fifo = testing::TempDir() + "sentences-fifo-" + std::to_string(getpid());
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_EQ(refusal(fifo), "is not a regular file");
    unlink(fifo.c_str());
    EXPECT_EQ(refusal("/dev/zero"), "is not a regular file");
    EXPECT_EQ(refusal(testing::TempDir()), "is not a regular file");
    EXPECT_EQ(refusal("https://example.org/text"), "is an address, and not a file");
    EXPECT_EQ(refusal("no-such-file"), "cannot be read: No such file or directory");
}

}  // namespace
}  // namespace modecollapse
