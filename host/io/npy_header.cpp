#include "host/io/npy_header.hpp"

#include "host/io/byte_source.hpp"
#include "host/io/printable.hpp"

namespace modecollapse {
namespace {

constexpr std::size_t longest_shown = 32, most_dimensions = 32;

NumberFormat format_of(const std::string& descr) {
    if (descr.size() == 3 && (descr[0] == '<' || descr[0] == '>' || descr[0] == '|' || descr[0] == '=')) {
        const char kind = descr[1] == 'b' ? 'u' : descr[1];
        const int bytes = descr[2] - '0';
        const bool whole = (kind == 'i' || kind == 'u') && (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8);
        if (whole || (kind == 'f' && (bytes == 4 || bytes == 8))) return {kind, bytes, descr[0] == '>'};
    }
    throw BadData("has numbers of type \"" + printable_line(descr.substr(0, longest_shown)) +
                  "\" (known: f4, f8, i1 to i8, u1 to u8)");
}

// What remains of the text.
class Reader {
public:
    explicit Reader(const std::string& text) : text_(text) {}

    bool takes(const char* word) {
        skip_blanks();
        const std::string wanted = word;
        if (text_.compare(at_, wanted.size(), wanted) != 0) return false;
        at_ += wanted.size();
        return true;
    }
    void require(const char* word) {
        if (!takes(word)) fail();
    }
    std::string quoted() {
        require("'");
        const std::size_t end = text_.find('\'', at_);
        if (end == std::string::npos) fail();
        std::string result = text_.substr(at_, end - at_);
        at_ = end + 1;
        return result;
    }
    std::size_t whole_number() {
        skip_blanks();
        const std::size_t begin = at_;
        std::size_t value = 0;
        for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
            value = value * 10 + static_cast<std::size_t>(text_[at_] - '0');
        if (at_ == begin || at_ - begin > 18) fail();
        return value;
    }
    void require_end() {
        skip_blanks();
        if (at_ != text_.size()) fail();
    }
    [[noreturn]] static void fail() { throw BadData("has a header that is none of an .npy file"); }

private:
    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    }
    const std::string& text_;
    std::size_t at_ = 0;
};

std::vector<std::size_t> read_shape(Reader& reader) {
    std::vector<std::size_t> shape;
    reader.require("(");
    while (!reader.takes(")")) {
        shape.push_back(reader.whole_number());
        if (shape.size() > most_dimensions) Reader::fail();
        if (!reader.takes(",")) {
            reader.require(")");
            break;
        }
    }
    return shape;
}

}  // namespace

NpyHeader parse_npy_header(const std::string& text) {
    NpyHeader header;
    Reader reader(text);
    bool has_format = false, has_order = false, has_shape = false;
    reader.require("{");
    while (!reader.takes("}")) {
        const std::string key = reader.quoted();
        reader.require(":");
        if (key == "descr" && !has_format) {
            has_format = true;
            header.format = format_of(reader.quoted());
        } else if (key == "fortran_order" && !has_order) {
            has_order = true;
            header.fortran_order = reader.takes("True");
            if (!header.fortran_order) reader.require("False");
        } else if (key == "shape" && !has_shape) {
            has_shape = true;
            header.shape = read_shape(reader);
        } else {
            Reader::fail();
        }
        if (!reader.takes(",")) {
            reader.require("}");
            break;
        }
    }
    reader.require_end();
    if (!has_format || !has_order || !has_shape) Reader::fail();
    return header;
}

}  // namespace modecollapse
