#include "host/options/settings.hpp"

#include <algorithm>
#include <stdexcept>

#include "host/options/number_list.hpp"

namespace modecollapse {

std::size_t Settings::index_of(const std::string& name) const {
    if (!rows_) return 0;
    const auto found =
        std::find_if(rows_->begin(), rows_->end(), [&](const OptionRow* row) { return row->name == name; });
    return static_cast<std::size_t>(found - rows_->begin());
}

void Settings::set(const std::string& name, const std::string& text) {
    const std::size_t i = index_of(name);
    if (i == values_.size()) throw std::out_of_range("no option " + name + " here");
    values_[i].text = text;
    const Kind kind = (*rows_)[i]->kind;
    const bool one = !text.empty() && !is_list(*(*rows_)[i], text);
    if (one && (kind == Kind::number || kind == Kind::integer)) values_[i].number = parse_number(text);
}

bool Settings::has(const std::string& name) const {
    const std::size_t i = index_of(name);
    return i < values_.size() && !values_[i].text.empty();
}

const std::string& Settings::text(const std::string& name) const { return values_.at(index_of(name)).text; }
double Settings::number(const std::string& name) const { return values_.at(index_of(name)).number; }

void Settings::fill(void* owner, std::type_index type) const {
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const SettingsMember& member = (*rows_)[i]->member;
        if (member.owner == type && !values_[i].text.empty()) member.put(owner, values_[i].text, values_[i].number);
    }
}

std::string Settings::key(const std::vector<std::string>& without) const {
    std::string key;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const OptionRow& row = *(*rows_)[i];
        if (row.member.owner == typeid(void) || std::find(without.begin(), without.end(), row.name) != without.end())
            continue;
        key += values_[i].text + '\n';
    }
    return key;
}

}  // namespace modecollapse
