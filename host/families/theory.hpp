// What a family knows without sampling: closed forms and fixed points, as numbers with their names. An optional
// capability of a family (family.hpp); the command `theory` asks for it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "host/families/tally.hpp"  // Quantity
#include "host/options/settings.hpp"

namespace modecollapse {

// A number; NaN where there is none, and then why.
struct TheoryFact {
    Quantity quantity;
    double value;
    std::string why_none = {};
};

// Numbers over a grid of points, one column after another: P(collapse) over dimensions, the best solution's directions.
struct TheoryList {
    struct Axis {
        Quantity quantity;
        std::vector<double> values;
        bool whole;
    };
    struct Column {
        Quantity quantity;
        std::vector<double> values;           // over its axes, the last one the fastest
        std::vector<std::string> words = {};  // in place of the values
        std::vector<std::string> along = {};  // its axes; all, unless told
        bool whole = false;                   // its numbers are integers
    };
    std::string name;
    std::string title;  // for people
    std::vector<Axis> axes;
    std::vector<Column> columns;
};

struct TheoryTables {
    std::string title;  // what it is about, a line
    std::vector<TheoryFact> facts;
    std::vector<TheoryList> lists;  // the first is the CSV's
    std::string note = {};          // what is not covered, and why
};

class Theory {
public:
    virtual ~Theory() = default;
    // Throws std::domain_error for settings that it does not cover at all; Interrupted.
    virtual TheoryTables tables(const Settings& settings, int threads) const = 0;
};

// Exact numbers at one point, the same ones at all settings: what a plane by theory is made of. "p_collapse" is one of
// them, and of what may fail the outcome "failed", with "trajectories", those behind it. No two have one name.
struct ExactNumber {
    Quantity quantity;
    enum Form { real, whole, yes_or_no, of_an_outcome } form = real;  // of an outcome: named like a class of the schema
};
// Of a command that takes a list of dimensions, the one. Throws std::domain_error if there are several.
double only_dimension(const Settings& settings);

class PointTheory {
public:
    virtual ~PointTheory() = default;
    virtual std::vector<ExactNumber> numbers() const = 0;
    virtual void require(const Settings& settings) const = 0;  // throws std::domain_error for what it does not cover
    virtual std::vector<double> at(const Settings& settings, int threads) const = 0;  // (numbers); NaN: unknown
};

}  // namespace modecollapse
