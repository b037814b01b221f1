// The characters of a text in UTF-8 [RFC 3629], one at a time.
#pragma once

#include <cstddef>
#include <string>

namespace modecollapse {

inline constexpr char32_t no_utf8 = 0xFFFFFFFF;

struct Utf8Symbol {
    std::size_t bytes;   // 1 for what is no UTF-8
    char32_t character;  // no_utf8 for that: also overlong forms, surrogates, and what is beyond U+10FFFF
};

// The character that begins at text[at]; at < text.size().
Utf8Symbol symbol_at(const std::string& text, std::size_t at);

}  // namespace modecollapse
