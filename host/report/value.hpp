// One value of a field, as the forms of a result show it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <variant>

#include "host/report/result.hpp"

namespace modecollapse {

// monostate: there is none. uint64: a seed.
using Value = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string>;

// index: row-major over the field's dimensions. Flags come as their words, `no yes` as bool, NaN and what stands for
// no value as none.
Value value_of(const Field& field, std::size_t index);

nlohmann::ordered_json json_of(const Value& value);  // none: null
std::string text_of(const Value& value);             // none: empty

// The value of a scalar field of a result.
Value value_of(const Result& result, const std::string& name);
double number_of(const Result& result, const std::string& name);     // none: NaN
std::string text_of(const Result& result, const std::string& name);  // none: empty

// Where a field's value lies at a point of some dimensions: its offset there, and what is left over.
class Placed {
public:
    Placed(const Result& result, const Field& field, const Names& dimensions);
    const Field& field() const { return *field_; }
    const Names& rest() const { return rest_; }                       // dimensions that are none of the point's
    std::size_t offset(const std::vector<std::size_t>& point) const;  // point: an index along each of the dimensions
    std::size_t stride(std::size_t rest) const { return rest_strides_[rest]; }
    bool depends() const { return depends_; }  // on the point

private:
    const Field* field_;
    Names rest_;
    std::vector<std::size_t> strides_, rest_strides_;
    bool depends_ = false;
};

// Every point of the dimensions, the last one fastest: calls visit(point).
template <class Visit>
void for_each_point(const Result& result, const Names& dimensions, const Visit& visit) {
    std::vector<std::size_t> sizes, point(dimensions.size(), 0);
    for (const std::string& name : dimensions) sizes.push_back(result.size_of(name));
    for (const std::size_t size : sizes)
        if (size == 0) return;
    for (bool more = true; more;) {
        visit(point);
        more = false;
        for (std::size_t d = point.size(); d-- > 0 && !more;) {
            more = ++point[d] < sizes[d];
            if (!more) point[d] = 0;
        }
    }
}

}  // namespace modecollapse
