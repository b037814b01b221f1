// A result, described once: fields with name, dimensions, unit, long name, symbol and values. Everything that a command
// hands back derives from it (forms.hpp): JSON, CSV, the Dataset of a file and of Python; tables for people read from it.
//
//   a field without dimensions        JSON: a key; CSV of one row: a column; file: a scalar
//   a dimension of classes (outcome)  JSON: an object with a key a class; CSV: a column a class
//   a list (rows, trajectories, ...)  JSON: a list of objects, one a point of its dimensions; CSV: a line a point
//   any other dimension               JSON: an array; file: a dimension as it is
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/io/dataset.hpp"

namespace modecollapse {

enum Form : unsigned { json_form = 1u, csv_form = 2u, file_form = 4u, every_form = 7u };

// coordinate: what the data are told for, such as a parameter. attribute: of the file as a whole, such as the version.
enum class FieldKind { data, coordinate, attribute };

struct Field {
    Variable variable = {};
    FieldKind kind = FieldKind::data;
    std::string list = {};                     // of JSON, that it stands in; empty: the result itself
    std::string key = {};                      // in JSON and CSV, "object.key" inside an object; empty: the name
    unsigned forms = every_form;               // where it is
    std::optional<std::int64_t> absence = {};  // integers and flags: this value stands for none
    std::string absence_text = {};             // in CSV, for that value
    bool missing = false;                      // text that stands for no value
    bool number_as_text = false;               // a seed that is too large for int64

    const std::string& key_or_name() const { return key.empty() ? variable.name : key; }

    Field in(std::string name) &&;  // the list
    Field as(std::string name) &&;  // the key
    Field only(unsigned which) &&;
    Field symbol(const std::string& text) &&;
    Field attribute(const char* name, AttributeValue value) &&;
    Field of_kind(FieldKind what) &&;
    Field none_is(std::int64_t value, std::string text = "") &&;
    Field missing_is(std::int64_t value) &&;  // the same, and NaN where a file is decoded
};

struct List {
    std::string name;
    std::vector<std::string> dimensions;
    enum Classes { objects, keys } classes = objects;  // keys: of the list's objects themselves
};

struct Result {
    std::vector<std::pair<std::string, std::size_t>> dimensions;
    std::vector<Field> fields;
    std::vector<List> lists;
    std::vector<std::string> classes;  // dimensions of classes, whose words are the coordinate of that name

    std::vector<std::string> rows;       // dimensions that the lines of the CSV run over
    std::vector<std::string> csv_first;  // fields whose columns come first; also scalars, beside rows
    std::string csv_skips;               // no line where this field is absent

    void add(Field field) { fields.push_back(std::move(field)); }
    const Field* find(const std::string& name) const;  // null: there is none
    const Field& at(const std::string& name) const;
    std::size_t size_of(const std::string& dimension) const;
};

using Names = std::vector<std::string>;

// Fields over no dimension, or over some; units "1" unless told otherwise.
Field number(const char* name, const std::string& long_name, double value);
Field whole(const char* name, const std::string& long_name, std::int64_t value);
Field field(const char* name, const Names& dimensions, const std::string& long_name, VariableData data);

// Codes with their words; `first` is the code of the first word.
Field flags(const char* name, const Names& dimensions, const std::string& long_name, const Names& words,
            std::vector<std::int8_t> codes, int first = 0);
Field flag(const char* name, const std::string& long_name, const Names& words, const std::string& word);

// Words for what stands in a flag: "no yes" are JSON's booleans.
Names words_of(const char* const* names, int count);

// A global attribute, which JSON and the CSV of one row have as well.
Field attribute(const char* name, const AttributeValue& value);

// Seconds that the work took; in no CSV, so that tables of equal results are equal.
Field time_taken(double seconds);

}  // namespace modecollapse
