#include "host/options/number_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace modecollapse {
namespace {

constexpr double most = 1e6;  // values of a range

// -0 is 0: as "-0" it would be written as TOML's whole number -0, read back as 0, and be another key of the cache
double without_sign_of_zero(double value) { return value == 0.0 ? 0.0 : value; }

// Nearer to 0 than any number of full precision, whose inverse may be infinite: times and scales are divided by.
void refuse_subnormal(double value, const std::string& text) {
    if (std::fpclassify(value) == FP_SUBNORMAL)
        throw std::invalid_argument(
            fmt::format("\"{}\" is neither 0 nor as far from it as {:.2g}", text, std::numeric_limits<double>::min()));
}

}  // namespace

double parse_number(const std::string& text) {
    if (const std::size_t slash = text.find('/'); slash != std::string::npos) {
        const std::string below = text.substr(slash + 1);
        const double value = below.find('/') == std::string::npos
                                 ? parse_number(text.substr(0, slash)) / parse_number(below)
                                 : std::numeric_limits<double>::quiet_NaN();
        if (!std::isfinite(value)) throw std::invalid_argument(fmt::format("\"{}\" is not a number", text));
        refuse_subnormal(value, text);
        return without_sign_of_zero(value);
    }
    double value = 0.0;
    const char* begin = text.data();
    const char* end = begin + text.size();
    if (begin != end && *begin == '+') ++begin;
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || stop != end || !std::isfinite(value))
        throw std::invalid_argument(fmt::format("\"{}\" is not a number", text));
    refuse_subnormal(value, text);
    return without_sign_of_zero(value);
}

bool is_integer(double value) { return std::fabs(value) < 1.8e19 && value == std::floor(value); }

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::string part;
    for (std::istringstream stream(text); std::getline(stream, part, separator);) parts.push_back(part);
    if (text.empty() || text.back() == separator) parts.emplace_back();
    return parts;
}

std::vector<double> parse_list(const std::string& text) {
    std::vector<double> result;
    for (const std::string& part : split(text, ',')) {
        const auto fields = split(part, ':');
        if (fields.size() == 1) {
            result.push_back(parse_number(part));
        } else if (fields.size() == 3) {
            const double start = parse_number(fields[0]), stop = parse_number(fields[1]),
                         step = parse_number(fields[2]);
            if (!(step > 0.0) || stop < start)
                throw std::invalid_argument(fmt::format("\"{}\" is not start:stop:step with step > 0", part));
            const double count = std::floor((stop - start) / step + 1e-9);
            if (count > most) throw std::invalid_argument(fmt::format("\"{}\" has more than {} values", part, most));
            // rounded to 12 digits: 0.1 + 2 * 0.1 is meant to be 0.3
            for (double i = 0; i <= count; ++i)
                result.push_back(without_sign_of_zero(std::round((start + i * step) * 1e12) / 1e12));
        } else if (fields.size() == 4 && fields[0] == "log") {
            const double start = parse_number(fields[1]), stop = parse_number(fields[2]),
                         count = parse_number(fields[3]);
            if (!(start > 0.0) || stop < start || count < 2 || count > most || !is_integer(count))
                throw std::invalid_argument(
                    fmt::format("\"{}\" is not log:start:stop:count with start > 0 and count >= 2", part));
            for (double i = 0; i < count - 1; ++i) result.push_back(start * std::pow(stop / start, i / (count - 1)));
            result.push_back(stop);
        } else {
            throw std::invalid_argument(
                fmt::format("\"{}\" is not a number, start:stop:step or log:start:stop:count", part));
        }
    }
    return result;
}

std::vector<double> parse_whole_list(const std::string& text) {
    std::vector<double> result;
    for (const std::string& part : split(text, ',')) {
        std::vector<double> values = parse_list(part);
        if (part.rfind("log:", 0) == 0) {
            for (double& x : values) x = std::round(x);
            values.erase(std::unique(values.begin(), values.end()), values.end());
        }
        result.insert(result.end(), values.begin(), values.end());
    }
    return result;
}

std::uint64_t parse_seed(const std::string& text) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || stop != text.data() + text.size())
        throw std::invalid_argument(fmt::format("\"{}\" is not a whole number from 0 to 18446744073709551615", text));
    return value;
}

std::vector<std::uint64_t> parse_seed_list(const std::string& text) {
    std::vector<std::uint64_t> result;
    for (const std::string& part : split(text, ',')) {
        const auto fields = split(part, ':');
        if (fields.size() == 1) {
            result.push_back(parse_seed(part));
        } else if (fields.size() == 3) {
            const std::uint64_t start = parse_seed(fields[0]), stop = parse_seed(fields[1]),
                                step = parse_seed(fields[2]);
            if (step == 0 || stop < start)
                throw std::invalid_argument(fmt::format("\"{}\" is not start:stop:step with step > 0", part));
            const std::uint64_t count = (stop - start) / step;
            if (count > static_cast<std::uint64_t>(most))
                throw std::invalid_argument(fmt::format("\"{}\" has more than {} values", part, most));
            for (std::uint64_t i = 0; i <= count; ++i) result.push_back(start + i * step);
        } else if (fields.size() == 4 && fields[0] == "log") {
            const std::uint64_t start = parse_seed(fields[1]), stop = parse_seed(fields[2]);
            const double count = parse_number(fields[3]);
            if (start == 0 || stop < start || count < 2 || count > most || !is_integer(count))
                throw std::invalid_argument(
                    fmt::format("\"{}\" is not log:start:stop:count with start > 0 and count >= 2", part));
            std::vector<std::uint64_t> values = {start};
            const long double ratio = static_cast<long double>(stop) / static_cast<long double>(start);
            for (double i = 1; i < count - 1; ++i) {
                const auto share = static_cast<long double>(i / (count - 1));
                const long double value = std::round(static_cast<long double>(start) * std::pow(ratio, share));
                values.push_back(value < static_cast<long double>(stop) ? static_cast<std::uint64_t>(value) : stop);
            }
            values.push_back(stop);
            values.erase(std::unique(values.begin(), values.end()), values.end());
            result.insert(result.end(), values.begin(), values.end());
        } else {
            throw std::invalid_argument(
                fmt::format("\"{}\" is not a seed, start:stop:step or log:start:stop:count", part));
        }
    }
    return result;
}

}  // namespace modecollapse
