#include "host/sweep/sweep_quantity.hpp"

namespace modecollapse {
namespace {

const std::vector<const SweepQuantity*>& all() {
    static const std::vector<const SweepQuantity*> quantities = {&sampled_quantity(), &exact_quantity(),
                                                                 &threshold_quantity()};
    return quantities;
}

}  // namespace

const SweepQuantity* sweep_quantity_named(const std::string& name) {
    for (const SweepQuantity* one : all())
        if (name == one->name()) return one;
    return nullptr;
}

std::vector<std::string> sweep_quantity_names() {
    std::vector<std::string> names;
    for (const SweepQuantity* one : all()) names.emplace_back(one->name());
    return names;
}

}  // namespace modecollapse
