#include "host/io/content_hash.hpp"

#include <algorithm>
#include <map>

#include "host/io/sha256.hpp"

namespace modecollapse {
namespace {

// Adds items to the hash. The numbers in memory are little-endian on every machine that this program runs on.
class Items {
public:
    void text(const std::string& item) { bytes(item.data(), item.size()); }
    void count(std::size_t number) { text(std::to_string(number)); }

    void operator()(const std::string& value) { texts({value}); }
    void operator()(double value) { numbers("float64", &value, sizeof value); }
    void operator()(std::int64_t value) { numbers("int64", &value, sizeof value); }
    void operator()(const std::vector<double>& values) {
        numbers("float64", values.data(), values.size() * sizeof(double));
    }
    void operator()(const std::vector<std::int64_t>& values) {
        numbers("int64", values.data(), values.size() * sizeof(std::int64_t));
    }
    void operator()(const std::vector<std::int8_t>& values) { numbers("int8", values.data(), values.size()); }
    void operator()(const std::vector<std::string>& values) { texts(values); }

    void attributes(const Attributes& attributes) {
        std::map<std::string, const AttributeValue*> sorted;
        for (const auto& [name, value] : attributes) sorted[name] = &value;
        count(sorted.size());
        for (const auto& [name, value] : sorted) {
            text(name);
            std::visit(*this, *value);
        }
    }
    std::string hex() { return hash_.hex(); }

private:
    void bytes(const void* data, std::uint64_t size) {
        hash_.add(&size, sizeof size);
        hash_.add(data, size);
    }
    void numbers(const char* type, const void* data, std::size_t size) {
        text(type);
        bytes(data, size);
    }
    void texts(const std::vector<std::string>& values) {
        text("text");
        for (const std::string& value : values) text(value);
    }

    Sha256 hash_;
};

}  // namespace

std::string content_hash(const Dataset& dataset) {
    std::map<std::string, std::size_t> sizes(dataset.dimensions.begin(), dataset.dimensions.end());
    std::map<std::string, const Variable*> sorted;
    for (const Variable& variable : dataset.variables) sorted[variable.name] = &variable;
    Items items;
    for (const auto& [name, variable] : sorted) {
        items.text("variable");
        items.text(name);
        std::visit(items, variable->data);
        items.count(variable->dimensions.size());
        for (const std::string& dimension : variable->dimensions) {
            items.text(dimension);
            items.count(sizes.at(dimension));
        }
        items.attributes(variable->attributes);
    }
    items.text("attributes");
    Attributes rest;
    for (const auto& attribute : dataset.attributes)
        if (attribute.first != content_hash_name && attribute.first != "_NCProperties") rest.push_back(attribute);
    items.attributes(rest);
    return items.hex();
}

}  // namespace modecollapse
