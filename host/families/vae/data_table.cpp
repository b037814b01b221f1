#include "host/families/vae/data_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "host/families/file_rows.hpp"
#include "host/io/number_array.hpp"
#include "host/io/sha256.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr const char* of_data = "data";  // variables of a NetCDF file
constexpr const char* of_labels = "label";
constexpr std::size_t most_dimensions = 1024, least_rows = 4, most_rows = 1'000'000'000;
constexpr double largest_label = 1e6;
constexpr std::size_t most_label_kinds = 1024;

[[noreturn]] void refuse(const char* option, const std::string& path, const std::string& reason) {
    const char* allowed = option == std::string(of_data)
                              ? "toy, pinwheel, linear, or a file: .npy or IDX, also with .gz, or NetCDF-4"
                              : "a file with a whole number for every row of the data, .npy, IDX or NetCDF-4";
    throw std::domain_error(fmt::format("{} = {}: {} (allowed: {})", option, path, reason, allowed));
}

NumberArray read(const char* option, const std::string& path, ArrayRequest request) {
    NumberArray array;
    try {
        run_on_watching_thread([&] {
            const bool labels = request.most_rank == 1;
            const char* name = labels ? of_labels : of_data;
            if (is_netcdf4(path) && has_variable(path, name)) request.variable = name;
            array = read_number_array(path, request);
        });
    } catch (const BadData& error) {
        refuse(option, path, error.what());
    }
    return array;
}

// Multiplies columns first .. last - 1 by a power of two, which rounds nothing, so that the largest number is between 1 and 2:
// neither squares nor differences overflow, and no variance is lost below the least number.
void to_order_one(DataTable& table, std::size_t first, std::size_t last) {
    double largest = 0.0;
    const auto each = [&](const auto& f) {
        for (std::size_t i = 0; i < table.rows; ++i)
            for (std::size_t k = first; k < last; ++k) f(table.x[i * table.dimension + k]);
    };
    each([&](double x) { largest = std::max(largest, std::fabs(x)); });
    if (largest == 0.0) return;
    const int exponent = std::ilogb(largest);
    each([&](double& x) { x = std::ldexp(x, -exponent); });
}

bool is_constant(const DataTable& table, std::size_t k) {
    for (std::size_t i = 1; i < table.rows; ++i)
        if (table.x[i * table.dimension + k] != table.x[k]) return false;
    return true;
}

void scale(const DataFiles& files, DataTable& table) {
    const std::size_t n = table.rows, t = table.dimension;
    if (files.scaling == DataScaling::range) {
        to_order_one(table, 0, t);
        const auto [low, high] = std::minmax_element(table.x.begin(), table.x.end());
        const double from = *low, size = *high - *low;
        if (!(size > 0.0))
            throw std::domain_error(fmt::format(
                "data-scaling = range: the numbers of {} are all alike (allowed: none, or numbers that differ)",
                files.data));
        for (double& x : table.x) x = (x - from) / size;
    } else if (files.scaling == DataScaling::standard) {
        for (std::size_t k = 0; k < t; ++k) {
            to_order_one(table, k, k + 1);
            double mean = 0.0, variance = 0.0;
            for (std::size_t i = 0; i < n; ++i) mean += table.x[i * t + k] / static_cast<double>(n);
            for (std::size_t i = 0; i < n; ++i)
                variance += (table.x[i * t + k] - mean) * (table.x[i * t + k] - mean) / static_cast<double>(n);
            const double factor = is_constant(table, k) ? 0.0 : 1.0 / std::sqrt(variance);
            for (std::size_t i = 0; i < n; ++i) table.x[i * t + k] = (table.x[i * t + k] - mean) * factor;
        }
    }
    if (files.binarize == Binarize::threshold)
        for (double& x : table.x) x = x > 0.5 ? 1.0 : 0.0;
    if (files.binarize == Binarize::sampled) require_unit_interval(table, "binarize = sampled", files.data);
}

std::vector<std::int64_t> read_labels(const DataFiles& files, std::size_t rows, bool inside) {
    const std::string& path = inside ? files.data : files.labels;
    const char* option = inside ? of_data : "labels";
    ArrayRequest request;
    request.most_rank = 1;
    const NumberArray array = read(option, path, request);
    if (array.values.size() != rows)
        refuse(option, path, fmt::format("has {} labels, and the data {} rows", array.values.size(), rows));
    std::vector<std::int64_t> labels;
    for (const double value : array.values) {
        if (value != std::floor(value) || std::fabs(value) > largest_label)
            refuse(option, path, fmt::format("has the label {}, which is no whole number up to 1e6", value));
        labels.push_back(static_cast<std::int64_t>(value));
    }
    return labels;
}

bool labels_inside(const DataFiles& files) {
    bool inside = false;
    run_on_watching_thread([&] { inside = is_netcdf4(files.data) && has_variable(files.data, of_labels); });
    return inside;
}

std::shared_ptr<const DataTable> read_table(const DataFiles& files) {
    ArrayRequest request;
    request.least_rank = 2;
    NumberArray array = read(of_data, files.data, request);
    auto table = std::make_shared<DataTable>();
    const std::size_t n = array.shape.front(), t = array.values.size() / n;
    if (n < least_rows || n > most_rows || t > most_dimensions)
        refuse(
            of_data, files.data,
            fmt::format("has {} rows of {} numbers, and not {} to 1e9 of 1 to {}", n, t, least_rows, most_dimensions));
    Sha256 sum;
    sum.add(array.shape.data(), array.shape.size() * sizeof(std::size_t));
    sum.add(array.values.data(), array.values.size() * sizeof(double));
    table->rows = n;
    table->dimension = static_cast<std::uint32_t>(t);
    table->row_in_file = shuffled(n);
    std::vector<std::int64_t> labels;
    const bool inside = files.labels.empty() && labels_inside(files);
    if (inside || !files.labels.empty()) labels = read_labels(files, n, inside);
    sum.add(labels.data(), labels.size() * sizeof(std::int64_t));
    table->digest = sum.hex();
    table->label_values = labels;
    std::sort(table->label_values.begin(), table->label_values.end());
    table->label_values.erase(std::unique(table->label_values.begin(), table->label_values.end()),
                              table->label_values.end());
    table->label_kinds = static_cast<std::uint32_t>(table->label_values.size());
    if (table->label_kinds > most_label_kinds)
        refuse("labels", files.labels.empty() ? files.data : files.labels,
               fmt::format("has {} different labels, and not up to {}", table->label_kinds, most_label_kinds));
    table->x.resize(array.values.size());
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t from = table->row_in_file[i];
        std::copy_n(array.values.begin() + static_cast<std::ptrdiff_t>(from * t), t,
                    table->x.begin() + static_cast<std::ptrdiff_t>(i * t));
        if (labels.empty()) continue;
        const auto place = std::lower_bound(table->label_values.begin(), table->label_values.end(), labels[from]);
        table->labels.push_back(place - table->label_values.begin());
    }
    scale(files, *table);
    return table;
}

}  // namespace

void require_unit_interval(const DataTable& table, const char* option, const std::string& path) {
    const auto bad = std::find_if(table.x.begin(), table.x.end(), [](double x) { return !(x >= 0.0 && x <= 1.0); });
    if (bad != table.x.end())
        throw std::domain_error(fmt::format(
            "{}: {} has the number {} (allowed: numbers from 0 to 1; give --data-scaling range)", option, path, *bad));
}

std::shared_ptr<const DataTable> data_table(const DataFiles& files) {
    static std::map<std::string, std::weak_ptr<const DataTable>> known;
    static std::shared_ptr<const DataTable> last;  // kept between two ensembles
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    const std::string key = fmt::format("{}\n{}\n{} {}", identity_of(files.data), identity_of(files.labels),
                                        static_cast<int>(files.scaling), static_cast<int>(files.binarize));
    std::weak_ptr<const DataTable>& place = known[key];
    std::shared_ptr<const DataTable> table = place.lock();
    if (!table) {
        last.reset();
        place = table = read_table(files);
    }
    last = table;
    return table;
}

}  // namespace modecollapse
