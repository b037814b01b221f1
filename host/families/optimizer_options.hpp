// The options of the optimizer (modecollapse/training/optimizer.hpp) of every trained family, a row each: the families' tables have
// other rows in between, and the order of rows is that of a resolved configuration.
#pragma once

#include "host/options/option_row.hpp"
#include "modecollapse/training/optimizer.hpp"

namespace modecollapse {

// settings...: the path to the OptimizerSettings.
template <class... Path>
OptionRow learning_rate_row(Path... settings) {
    return number_row("learning-rate", 0, 1e6, "step eta of the optimizer", settings...,
                      &OptimizerSettings::learning_rate)
        .in(Group::dynamics)
        .allowed("above 0, up to 1e6")
        .called("eta")
        .searched_in("log:0.0001:0.1");
}
template <class... Path>
OptionRow optimizer_row(Path... settings) {
    return choice_row("optimizer", optimizer_names, "how the parameters follow the gradient", settings...,
                      &OptimizerSettings::optimizer);
}
template <class... Path>
OptionRow rate_schedule_row(Path... settings) {
    return choice_row("learning-rate-schedule", rate_schedule_names,
                      "constant, or falling to 0 at the horizon as a cosine", settings...,
                      &OptimizerSettings::schedule);
}
template <class... Path>
OptionRow gradient_clip_row(Path... settings) {
    return number_row("gradient-clip", 0, 1e9, "bound on the norm of the gradient; 0: none", settings...,
                      &OptimizerSettings::gradient_clip)
        .allowed("0, or above 0, up to 1e9");
}
template <class... Path>
OptionRow first_decay_row(Path... settings) {
    return number_row("first-decay", 1e-6, 0.999999, "how much of Adam's mean gradient is kept from step to step",
                      settings..., &OptimizerSettings::first_decay)
        .allowed("0.000001 to 0.999999")
        .called("b1", "decay b1 of Adam's mean gradient")
        .used_with({{"optimizer", optimizer_names[static_cast<int>(Optimizer::adam)]}})
        .recorded(Record::if_given);
}

}  // namespace modecollapse
