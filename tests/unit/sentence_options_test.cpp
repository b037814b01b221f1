// The options that say which sentences a sequence VAE is fitted to, as a family has them: defaults, what is read or drawn, and what
// is refused.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "host/families/sequence_vae/data_options.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {
namespace {

std::shared_ptr<const SentenceData> data_of(const std::map<std::string, std::string>& given,
                                            std::uint64_t held_out = 5) {
    const OptionRows rows = sequence_data_rows();
    std::vector<const OptionRow*> pointers;
    for (const OptionRow& row : rows) pointers.push_back(&row);
    Settings settings(pointers);
    const auto data = given.find("data");
    const bool drawn = data == given.end() || data->second == "synthetic";
    for (const OptionRow& row : rows) {
        settings.set(row.name, row.fallback);
        for (const OtherDefault& other : row.others)
            if (drawn) settings.set(row.name, other.value);
    }
    for (const auto& [name, text] : given) settings.set(name, text);
    EXPECT_EQ(digest_of_sentences(settings, held_out).empty(), drawn);
    return sentences_of(settings, held_out);
}

std::string refusal(const std::map<std::string, std::string>& given, std::uint64_t held_out = 5) {
    try {
        data_of(given, held_out);
    } catch (const std::domain_error& error) {
        return error.what();
    }
    return "not refused";
}

class TextOfNumbers {
public:
    TextOfNumbers() : path_(testing::TempDir() + "numbers-" + std::to_string(getpid()) + ".txt") {
        std::ofstream file(path_);
        for (int i = 0; i < 40; ++i) file << "number " << i << (i % 10 == 0 ? " is round\n" : "\n");
    }
    ~TextOfNumbers() { unlink(path_.c_str()); }
    TextOfNumbers(const TextOfNumbers&) = delete;
    TextOfNumbers& operator=(const TextOfNumbers&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::vector<std::string> sentences_of(const SentenceData& all, const sequence::TokenTable& table) {
    std::vector<std::string> sentences(table.sentences);
    for (std::uint64_t i = 0; i < table.sentences; ++i)
        for (std::uint32_t t = 0; t < table.length(i); ++t)
            sentences[i] += all.words[static_cast<std::size_t>(table.sentence(i)[t])] + " ";
    return sentences;
}

TEST(SentenceOptions, ATextIsCutInTwo) {
    const TextOfNumbers text;
    const auto all = data_of({{"data", text.path()}}, 7), again = data_of({{"data", text.path()}}, 7),
               few = data_of({{"data", text.path()}, {"data-size", "4"}}, 7);
    EXPECT_EQ(all, again);
    const auto held_out = sentences_of(*all, all->data.held_out), training = sentences_of(*all, all->data.training);
    EXPECT_EQ(held_out.size(), 7u);
    EXPECT_EQ(training.size(), 33u);
    std::set<std::string> different(held_out.begin(), held_out.end());
    different.insert(training.begin(), training.end());
    EXPECT_EQ(different.size(), 40u);
    EXPECT_EQ(different.count("number 10 is round <end> "), 1u);
    const auto some = sentences_of(*few, few->data.training);
    EXPECT_EQ(some, std::vector<std::string>(training.begin(), training.begin() + 4));
    EXPECT_EQ(all->data.training.words, 46u);
    EXPECT_EQ(all->data.training.most_tokens, 32u);
}

TEST(SentenceOptions, TheDigestChangesWithTheFile) {
    const TextOfNumbers text;
    const std::string before = data_of({{"data", text.path()}})->digest;
    std::ofstream(text.path(), std::ios::app) << "one more\n";
    EXPECT_NE(data_of({{"data", text.path()}})->digest, before);
}

TEST(SentenceOptions, TokensOfATextAreThoseAskedFor) {
    const TextOfNumbers text;
    const auto cut = data_of({{"data", text.path()}, {"sentence-length", "3"}, {"vocabulary", "5"}}),
               dropped = data_of({{"data", text.path()}, {"sentence-length", "3"}, {"long-sentences", "drop"}});
    EXPECT_EQ(cut->cut, 4u);
    EXPECT_EQ(cut->words, (std::vector<std::string>{"<end>", "<start>", "<unknown>", "number", "is"}));
    EXPECT_EQ(dropped->dropped, 4u);
    EXPECT_EQ(dropped->data.training.sentences + dropped->data.held_out.sentences, 36u);
}

TEST(SentenceOptions, SyntheticSentencesDoNotChangeWithTheirNumber) {
    const auto few = data_of({{"data-size", "20"}}, 3), many = data_of({{"data-size", "30"}}, 9);
    EXPECT_EQ(many->data.training.sentences, 30u);
    EXPECT_EQ(many->data.held_out.sentences, 9u);
    EXPECT_EQ(many->data.training.words, 100u);
    EXPECT_EQ(many->data.training.most_tokens, 10u);
    const auto begin = few->tokens.begin();
    EXPECT_EQ(std::vector<std::int32_t>(begin, few->tokens.end()),
              std::vector<std::int32_t>(many->tokens.begin(), many->tokens.begin() + (few->tokens.end() - begin)));
    EXPECT_EQ(few->held_out_latents[5], many->held_out_latents[5]);
    EXPECT_NE(data_of({{"data-size", "20"}, {"source-seed", "2"}}, 3)->tokens, few->tokens);
}

TEST(SentenceOptions, FreshSentencesAreHeldByNobody) {
    const auto fresh = data_of({{"data-size", "0"}}, 3), drawn = data_of({{"data-size", "20"}}, 3);
    EXPECT_EQ(fresh->data.training.sentences, 0u);
    EXPECT_EQ(fresh->data.training.words, 100u);
    EXPECT_EQ(fresh->data.training.most_tokens, 10u);
    EXPECT_EQ(fresh->source.parameters, drawn->source.parameters);
    EXPECT_EQ(fresh->held_out_tokens, drawn->held_out_tokens);
    EXPECT_EQ(fresh->held_out_latents, drawn->held_out_latents);
}

std::int32_t largest_token(const SentenceData& data) {
    return *std::max_element(data.tokens.begin(), data.tokens.end());
}

TEST(SentenceOptions, TheVocabularyIsThatOfSyntheticSentencesToo) {
    const auto few = data_of({{"vocabulary", "12"}, {"data-size", "200"}});
    EXPECT_EQ(few->data.training.words, 12u);
    EXPECT_EQ(few->data.held_out.words, 12u);
    EXPECT_EQ(few->source.law.words, 12u);
    EXPECT_LT(largest_token(*few), 12);
    EXPECT_GE(largest_token(*data_of({{"data-size", "200"}})), 12);  // twin: of 100 words
}

TEST(SentenceOptions, RefusalsSayWhatIsAllowed) {
    const TextOfNumbers text;
    EXPECT_EQ(refusal({{"data", "/dev/null"}}),
              "data = /dev/null: is not a regular file (allowed: synthetic, or a text in UTF-8, also with .gz, a "
              "sentence a line)");
    EXPECT_EQ(refusal({{"data", text.path()}}, 39),
              "held-out = 39 (allowed: 2 to 38 with data " + text.path() + " of 40 sentences)");
    EXPECT_EQ(refusal({{"data", text.path()}, {"data-size", "36"}}),
              "data-size = 36 (allowed: 0 to 35 with data " + text.path() + " of 40 sentences, 5 held out)");
    EXPECT_EQ(refusal({{"source-spread", "0"}}), "source-spread = 0 (allowed: above 0, up to 100)");
    EXPECT_EQ(refusal({{"source-spread", "0.001"}}),
              "source-spread = 0.001 (allowed: source-radius / 500 = 0.004 or more)");
}

}  // namespace
}  // namespace modecollapse
