// The values of a family's options in one ensemble: those given, the defaults for the rest. What an Ensemble is made from,
// and what it is known by: two settings with equal keys are the same ensemble.
#pragma once

#include <string>
#include <vector>

#include "host/options/option_row.hpp"

namespace modecollapse {

class Settings {
public:
    Settings() = default;  // of nothing
    // rows: of the family and the common ones, for one command; must outlive the settings.
    explicit Settings(const std::vector<const OptionRow*>& rows) : rows_(&rows), values_(rows.size()) {}

    // Texts that have been checked against their rows. An empty text takes the value away. Throws std::out_of_range for a
    // name without a row.
    void set(const std::string& name, const std::string& text);

    bool has(const std::string& name) const;  // a value of its own or by default
    const std::string& text(const std::string& name) const;
    double number(const std::string& name) const;
    bool is(const std::string& name, const char* text_of_it) const { return has(name) && text(name) == text_of_it; }

    // A struct of the family, filled by the rows whose values go to its members; others keep their defaults.
    template <class S>
    S as() const {
        S result = {};
        fill(&result, typeid(S));
        return result;
    }

    // Every value that reaches a member, one after the other, those of `without` left out.
    std::string key(const std::vector<std::string>& without = {}) const;

private:
    struct Value {
        std::string text;  // empty: none
        double number = 0.0;
    };
    std::size_t index_of(const std::string& name) const;  // size() if there is none
    void fill(void* owner, std::type_index type) const;

    const std::vector<const OptionRow*>* rows_ = nullptr;
    std::vector<Value> values_;
};

}  // namespace modecollapse
