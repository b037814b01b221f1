// Data of a file that VAEs are fitted to: rows in an order of their own, scaled, labels beside them.
//
// (n, t), or (n, ..) with rows that are made flat. The rows are shuffled, by a generator that depends on nothing, so that a
// file that is sorted by its labels can be cut in two: the first ones are held out, the others trained on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace modecollapse {

// none: as they are; range: the least number of the file becomes 0, the largest 1; standard: every coordinate gets mean 0 and
// variance 1 (one that never changes: 0).
enum class DataScaling { none = 0, range = 1, standard = 2 };
inline constexpr const char* data_scaling_names[] = {"none", "range", "standard"};

// none; threshold: 1 above 1/2, else 0; sampled: 1 with the probability x, drawn anew whenever a datum is looked at.
enum class Binarize { none = 0, threshold = 1, sampled = 2 };
inline constexpr const char* binarize_names[] = {"none", "threshold", "sampled"};

struct DataTable {
    std::uint64_t rows = 0;
    std::uint32_t dimension = 0;
    std::vector<double> x;                   // (rows, dimension), scaled, shuffled
    std::vector<std::int64_t> labels;        // (rows), or none: of the rows of x, places in label_values
    std::vector<std::int64_t> label_values;  // ascending
    std::uint32_t label_kinds = 0;
    std::vector<std::uint64_t> row_in_file;  // (rows)
    std::string digest;                      // of the numbers in the files, before all scaling
};

struct DataFiles {
    std::string data, labels;  // labels: may be empty
    DataScaling scaling = DataScaling::none;
    Binarize binarize = Binarize::none;
};

// Keeps what it read: the same as long as the files do not change. Throws std::domain_error: option, value, reason.
std::shared_ptr<const DataTable> data_table(const DataFiles& files);

// For an option that takes numbers for probabilities, "binarize = sampled". Throws std::domain_error: option, file, number.
void require_unit_interval(const DataTable& table, const char* option, const std::string& path);

}  // namespace modecollapse
