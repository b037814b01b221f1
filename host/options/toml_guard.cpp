#include "host/options/toml_guard.hpp"

#include <fmt/format.h>

#include "host/io/utf8.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {
namespace {

class Scanner {
public:
    Scanner(const std::string& text, const std::string& as) : text_(text), as_(as) {}

    void run() {
        if (text_.rfind("\xef\xbb\xbf", 0) == 0) at_ = 3;  // a byte-order mark
        while (at_ < text_.size()) {
            const auto [length, character] = symbol_at(text_, at_);
            if (character == no_utf8)
                refuse(fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text_[at_])),
                       "a text file in UTF-8");
            if (length > 1 && quote_.empty() && !comment_)
                refuse(fmt::format("\"{}\" stands outside strings and comments", text_.substr(at_, length)),
                       "letters of ASCII, or quotes around them");
            step(length);
        }
    }

private:
    void step(std::size_t length) {
        const char c = text_[at_];
        if (comment_)
            comment_ = c != '\n';
        else if (!quote_.empty())
            length = in_string(c, length);
        else
            length = outside(c, length);
        for (std::size_t i = at_; i < at_ + length; ++i) {
            ++column_;
            if (text_[i] == '\n') ++line_, column_ = 1;
        }
        at_ += length;
    }

    // Bytes to go on by.
    std::size_t in_string(char c, std::size_t length) {
        if (c == '\\' && quote_[0] == '"' && at_ + 1 < text_.size() &&
            static_cast<unsigned char>(text_[at_ + 1]) < 0x80)
            return 2;
        if (text_.compare(at_, quote_.size(), quote_) == 0) {
            const std::size_t closing = quote_.size();
            quote_.clear();
            return closing;
        }
        if (c == '\n' && quote_.size() == 1) quote_.clear();  // not closed: the parser says so
        return length;
    }

    std::size_t outside(char c, std::size_t length) {
        switch (c) {
            case '#':
                comment_ = true;
                break;
            case '"':
            case '\'':
                quote_ = text_.compare(at_, 3, std::string(3, c)) == 0 ? std::string(3, c) : std::string(1, c);
                return quote_.size();
            case '[':
            case '{':
                parts_ = 0;
                deeper(++depth_);
                break;
            case ']':
            case '}':
                if (depth_ > 0) --depth_;
                break;
            case '.':
                deeper(++parts_);
                break;
            case ',':
            case '=':
            case '\n':
                parts_ = 0;
                break;
            default:
                break;
        }
        return length;
    }

    void deeper(int levels) const {
        if (levels > most_toml_levels)
            refuse("is too deep",
                   fmt::format("up to {} parts of a key, lists or tables inside each other", most_toml_levels));
    }

    [[noreturn]] void refuse(const std::string& what, const std::string& allowed) const {
        throw UsageError(fmt::format("{}, line {}, column {}: {} (allowed: {})", as_, line_, column_, what, allowed));
    }

    const std::string& text_;
    const std::string& as_;
    std::size_t at_ = 0;
    int line_ = 1, column_ = 1, depth_ = 0, parts_ = 0;
    bool comment_ = false;
    std::string quote_;  // what closes the string at hand; empty outside
};

}  // namespace

void require_parsable(const std::string& text, const std::string& as) { Scanner(text, as).run(); }

}  // namespace modecollapse
