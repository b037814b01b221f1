// The header of an .npy file: a Python dictionary of three entries, in any order [NEP 1].
//
//   {'descr': '<f8', 'fortran_order': False, 'shape': (100, 2), }
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace modecollapse {

struct NumberFormat {
    char kind;  // 'f', 'i', 'u'
    int bytes;
    bool big_endian;
};

struct NpyHeader {
    NumberFormat format = {'f', 8, false};
    bool fortran_order = false;
    std::vector<std::size_t> shape;
};

// Throws BadData for whatever is no such dictionary, or describes no plain numbers.
NpyHeader parse_npy_header(const std::string& text);

}  // namespace modecollapse
