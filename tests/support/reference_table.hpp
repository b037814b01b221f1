// The reference table tests/data/collapse_w23.csv: outcome probabilities at w1 = w* = 2/3, from an independent program
// (PHYSICS section 9).
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace modecollapse::support {

struct ReferenceRow {
    double target_weight, weight, dimension, radius;
    double share[4];  // aligned_plus, aligned_minus, matched, swapped
    double trajectories;
};

// Throws std::runtime_error if the file cannot be read, has other columns or a malformed row.
inline std::vector<ReferenceRow> read_reference_table(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line) ||
        line != "target_weight,weight,dimension,radius,p_aligned_plus,p_aligned_minus,p_matched,p_swapped,trajectories")
        throw std::runtime_error(path + " is not the reference table");
    std::vector<ReferenceRow> rows;
    while (std::getline(file, line)) {
        for (char& c : line)
            if (c == ',') c = ' ';
        std::istringstream fields(line);
        ReferenceRow row = {};
        fields >> row.target_weight >> row.weight >> row.dimension >> row.radius;
        for (double& share : row.share) fields >> share;
        if (!(fields >> row.trajectories)) throw std::runtime_error(path + ": malformed row " + line);
        rows.push_back(row);
    }
    return rows;
}

}  // namespace modecollapse::support
