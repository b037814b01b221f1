// The content hash of a result: SHA-256 over all variables and attributes, whatever the layout of the file that holds them.
//
// What is hashed is a row of items; an item is its length as 8 bytes, little-endian, then its bytes. For every variable, in order of name:
// the items "variable", its name, its type, its values, its number of dimensions, the name and the size of each, its attributes. Then
// "attributes" and those of the file, without content_hash itself and _NCProperties, which names the library that wrote the file.
// Attributes are their number, then for each, in order of name: its name, type and value. Types are called as in NumPy: the values of
// float64, int64, int8 are one item, little-endian; each text is an item. Names are compared as bytes; counts are decimal text.
// python/modecollapse/_content.py does the same.
#pragma once

#include <string>

#include "host/io/dataset.hpp"

namespace modecollapse {

inline constexpr const char* content_hash_name = "content_hash";  // the attribute

// 64 hexadecimal digits.
std::string content_hash(const Dataset& dataset);

}  // namespace modecollapse
