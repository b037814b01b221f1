// A run that goes on with trained members of a file, or keeps its own in one: what is the same for every family.
//
// Format names the family's options and files:
//   save, go_on, what                             the two options, and what there are many of, in a message
//   Members                                       saved members (saved_states.hpp)
//   asked(options, room)                          those of the ensemble asked for, with room for their states, whose
//                                                 number and size it tells room(members, parameters of one) before
//   read(path), write(path, members, record), require_same_training(before, asked, path)
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "host/families/capabilities.hpp"
#include "host/families/saved_states.hpp"
#include "host/io/provenance.hpp"
#include "host/options/distinct_files.hpp"

namespace modecollapse {

template <class Format>
class SavedRunOf : public SavedRun {
    using Members = typename Format::Members;
    using States = decltype(std::declval<Members&>().states());

public:
    // See SavedMemberFiles::begin.
    explicit SavedRunOf(const Configuration& options)
        : path_(save_path(options, Format::save)),
          goes_on_(options.has(Format::go_on)),
          in_place_(goes_on_ && !path_.empty() && is_same_file(path_, options.text(Format::go_on))),
          after_(Format::asked(options, [](std::uint64_t members, std::uint64_t parameters) {
              require_room(Format::what, members, parameters);
          })) {
        if (goes_on_) {
            before_ = Format::read(options.text(Format::go_on));
            Format::require_same_training(before_, after_, options.text(Format::go_on));
        }
        from_ = before_.states();
        to_ = after_.states();
    }
    bool write(const RunRecord& record, std::uint64_t members) override {
        if (path_.empty()) return true;
        if (members < after_.members() && in_place_) return false;
        after_.keep_first(members);
        Format::write(path_, after_, record);
        return true;
    }

    const States* from() const { return goes_on_ ? &from_ : nullptr; }
    const States* to() const { return path_.empty() ? nullptr : &to_; }

private:
    std::string path_;  // to save to; empty: not asked for
    bool goes_on_, in_place_;
    Members before_, after_;
    States from_, to_;  // point into them
};

template <class Format>
class SavedFilesOf : public SavedMemberFiles {
public:
    const char* save_option() const override { return Format::save; }
    const char* go_on_option() const override { return Format::go_on; }
    std::unique_ptr<SavedRun> begin(const Configuration& options) const override {
        if (!options.has(Format::save) && !options.has(Format::go_on)) return nullptr;
        return std::make_unique<SavedRunOf<Format>>(options);
    }
};

}  // namespace modecollapse
