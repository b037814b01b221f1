#include "host/io/sentence_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "host/io/sha256.hpp"
#include "host/io/utf8.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr std::size_t piece = 1u << 16;
constexpr const char* byte_order_mark = "\xEF\xBB\xBF";
constexpr const char* mark_names[] = {"<end>", "<start>", "<unknown>"};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

// Words of the file, by places in the order in which they are met first, and its sentences in these places.
class Reading {
public:
    explicit Reading(const SentenceRequest& request) : request_(request) { text_.offsets.push_back(0); }

    void add_line(std::string& line) {
        ++text_.lines;
        require_text(line);
        if (request_.letters == Letters::lower)
            for (char& c : line)
                if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        add_words(line);
    }

    SentenceText finish() {
        if (text_.different_words == 0) throw BadData("has no word");
        if (text_.sentences() == 0)
            throw BadData(fmt::format("has no sentence left: all {} are longer than {} tokens, the end mark among them",
                                      text_.dropped, request_.most_tokens));
        name_words();
        return std::move(text_);
    }

private:
    struct Word {
        const std::string* text;
        std::uint64_t count;
    };

    void require_text(const std::string& line) const {
        for (std::size_t at = 0; at < line.size();) {
            const Utf8Symbol symbol = symbol_at(line, at);
            const char32_t c = symbol.character;
            if (c == no_utf8) throw BadData(fmt::format("is no UTF-8 (line {}, byte {})", text_.lines, at + 1));
            if ((c < 0x20 && !is_blank(line[at])) || (c >= 0x7F && c < 0xA0))
                throw BadData(fmt::format("holds the control character {:#04x} (line {}, byte {})",
                                          static_cast<unsigned>(c), text_.lines, at + 1));
            at += symbol.bytes;
        }
    }

    void add_words(std::string_view line) {
        places_.clear();
        for (std::size_t at = 0; at < line.size();) {
            while (at < line.size() && is_blank(line[at])) ++at;
            const std::size_t begin = at;
            while (at < line.size() && !is_blank(line[at])) ++at;
            if (at > begin) places_.push_back(place_of(line.substr(begin, at - begin)));
        }
        if (places_.empty()) {
            ++text_.empty;
            return;
        }
        const bool too_long = places_.size() + 1 > request_.most_tokens;
        if (too_long && request_.long_sentences == LongSentences::drop) {
            ++text_.dropped;
            return;
        }
        if (too_long) {
            ++text_.cut;
            places_.resize(request_.most_tokens);
        }
        for (const std::int32_t place : places_) text_.tokens.push_back(sequence::first_word + place);
        if (!too_long) text_.tokens.push_back(sequence::end_mark);
        text_.offsets.push_back(text_.tokens.size());
        text_.line_of.push_back(text_.lines);
    }

    std::int32_t place_of(std::string_view word) {
        auto found = known_.find(word);
        if (found == known_.end()) {
            if (words_.size() >= most_different_words)
                throw BadData(fmt::format("has more than {} different words", most_different_words));
            found = known_.emplace(word, static_cast<std::int32_t>(words_.size())).first;
            words_.push_back({&found->first, 0});
            text_.different_words = words_.size();
        }
        ++words_[static_cast<std::size_t>(found->second)].count;
        return found->second;
    }

    // Places become ids.
    void name_words() {
        std::vector<std::int32_t> id(words_.size(), sequence::unknown_word);
        if (request_.vocabulary)
            find_words(id);
        else
            choose_words(id);
        for (std::int32_t& token : text_.tokens) {
            if (token == sequence::end_mark) continue;
            token = id[static_cast<std::size_t>(token - sequence::first_word)];
            if (token == sequence::unknown_word) ++text_.unknown_tokens;
        }
    }

    void find_words(std::vector<std::int32_t>& id) {
        text_.words = *request_.vocabulary;
        for (std::size_t i = sequence::first_word; i < text_.words.size(); ++i) {
            const auto found = known_.find(text_.words[i]);
            if (found != known_.end()) id[static_cast<std::size_t>(found->second)] = static_cast<std::int32_t>(i);
        }
    }

    // The most frequent ones.
    void choose_words(std::vector<std::int32_t>& id) {
        std::vector<std::int32_t> order(words_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int32_t>(i);
        const auto word = [&](std::int32_t place) -> const Word& { return words_[static_cast<std::size_t>(place)]; };
        std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
            // std::string compares bytes as unsigned ones
            return word(a).count != word(b).count ? word(a).count > word(b).count : *word(a).text < *word(b).text;
        });
        text_.words.assign(std::begin(mark_names), std::end(mark_names));
        const std::size_t named = std::min<std::size_t>(order.size(), request_.words - text_.words.size());
        for (std::size_t i = 0; i < named; ++i) {
            id[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(text_.words.size());
            text_.words.push_back(*word(order[i]).text);
        }
    }

    const SentenceRequest& request_;
    SentenceText text_;
    std::map<std::string, std::int32_t, std::less<>> known_;  // no hash: its time is bounded whatever the words
    std::vector<Word> words_;
    std::vector<std::int32_t> places_;  // of the line
};

}  // namespace

SentenceText read_sentences(const std::string& path, const SentenceRequest& request) {
    require_regular_file(path);
    ByteSource source(path);
    Reading reading(request);
    Sha256 sum;
    std::string bytes(piece, '\0'), line;
    double read = 0.0, provided = 0.0;
    bool first = true;
    const auto end_line = [&] {
        if (first && line.compare(0, 3, byte_order_mark) == 0) line.erase(0, 3);
        first = false;
        reading.add_line(line);
        line.clear();
    };
    while (const std::size_t got = source.read_up_to(bytes.data(), piece)) {
        throw_if_given_up();
        read += static_cast<double>(got);
        if (read > most_text_bytes) throw BadData(fmt::format("is longer than {}", bytes_text(most_text_bytes)));
        if (read > provided) {
            // a token takes two bytes of the text at least, and four of memory, or eight while these grow
            provided = 2.0 * read + most_line_bytes;
            require_memory(fmt::format("the text {}", path), 4.0 * (provided - read));
        }
        sum.add(bytes.data(), got);
        for (std::size_t at = 0; at < got;) {
            const std::size_t end = std::min(bytes.find('\n', at), got);
            line.append(bytes, at, end - at);
            if (line.size() > most_line_bytes)
                throw BadData(fmt::format("has a line of more than {} bytes", most_line_bytes));
            if (end < got) end_line();
            at = end + 1;
        }
    }
    source.require_end();
    if (!line.empty()) end_line();
    SentenceText text = reading.finish();
    text.digest = sum.hex();
    return text;
}

}  // namespace modecollapse
