// docs/glossary.md explains every word that an output can have: the names in any family's schema, for every choice of its
// options, and statuses. No number of a result has the name of an option, which stands beside it.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

#include "host/families/family.hpp"
#include "host/io/names.hpp"
#include "host/options/configuration.hpp"
#include "host/options/option_table.hpp"
#include "host/rare/rare_event.hpp"
#include "host/report/estimate.hpp"
#include "host/sweep/cell_estimate.hpp"
#include "host/sweep/sweep_quantity.hpp"
#include "host/sweep/sweep_state.hpp"
#include "host/threshold/critical_value.hpp"

namespace {

using namespace modecollapse;
using Words = std::set<std::string>;

// Those between ticks in the first column of a table.
Words explained_words() {
    std::ifstream file(MODECOLLAPSE_GLOSSARY);
    const std::regex name("`([^`]+)`");
    Words words;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("| `", 0) != 0) continue;
        const std::string first = line.substr(0, line.find(" | "));
        for (std::sregex_iterator found(first.begin(), first.end(), name), end; found != end; ++found)
            words.insert((*found)[1]);
    }
    return words;
}

void add_words(const Schema& schema, Words& words) {
    for (const OutcomeClass& one : schema.classes) words.insert(one.name);
    for (const Histogram& one : schema.histograms) words.insert(one.name);
    for (const Events& one : schema.events) words.insert(one.name);
    for (const Quantity& one : schema.quantities) words.insert(one.name);
}

// The family's defaults, and each choice of each of its options that goes with them.
std::vector<Settings> settings_of_family(const Family& family) {
    std::vector<std::map<std::string, GivenValue>> cases = {{}};
    for (const OptionRow& row : *family.options) {
        if (row.kind != Kind::choice || !(row.commands & probability_command)) continue;
        std::istringstream choices(row.range);
        for (std::string choice; std::getline(choices, choice, '|');) cases.push_back({{row.name, {choice, row.name}}});
    }
    std::vector<Settings> all;
    for (auto& given : cases) {
        given["family"] = {family.name, family.name};
        try {
            const Settings settings = Configuration(probability_command, "probability", given).settings();
            family.schema(settings);
            all.push_back(settings);
        } catch (const UsageError&) {         // a choice that needs another option
        } catch (const std::domain_error&) {  // or a file
        }
    }
    return all;
}

Words words_of_family(const Family& family) {
    Words words;
    for (const Settings& settings : settings_of_family(family)) add_words(family.schema(settings), words);
    return words;
}

Words words_at_a_point(const Family& family) {
    Words words;
    if (!family.at_a_point) return words;
    for (const Settings& settings : settings_of_family(family)) {
        try {
            add_words(exact_quantity().schema(family, settings), words);
        } catch (const UsageError&) {
        } catch (const std::domain_error&) {
        }
    }
    return words;
}

Words missing_of(const Words& words, const Words& explained) {
    Words missing;
    for (const std::string& word : words)
        if (!explained.count(word)) missing.insert(word);
    return missing;
}

TEST(Glossary, ExplainsEveryNameOfEveryFamily) {
    const Words explained = explained_words();
    for (const Family* family : families()) {
        const Words words = words_of_family(*family);
        EXPECT_GT(words.size(), 3u);
        EXPECT_EQ(missing_of(words, explained), Words{}) << family->name;
        EXPECT_EQ(missing_of(words_at_a_point(*family), explained), Words{}) << family->name;
    }
    EXPECT_EQ(missing_of({"matched", "heads"}, explained), Words{"heads"});  // of no family
}

Words names_of_options(const Family& family) {
    Words names;
    for (const OptionRow* row : option_rows(probability_command, family.name)) {
        std::string name = row->name;
        std::replace(name.begin(), name.end(), '-', '_');
        names.insert(name);
    }
    return names;
}

TEST(Glossary, NoNumberHasTheNameOfAnOption) {
    for (const Family* family : families()) {
        const Words options = names_of_options(*family);
        EXPECT_TRUE(options.count("seed"));  // twin: it is looked for
        for (const std::string& word : words_of_family(*family))
            EXPECT_FALSE(options.count(word)) << word << " of " << family->name;
    }
}

TEST(Glossary, ExplainsEveryStatus) {
    Words words(status_words.begin(), status_words.end());
    for (const char* word : threshold_status_names) words.insert(word);
    for (const char* word : direction_names) words.insert(word);
    for (const char* word : radius_status_names) words.insert(word);
    for (const char* word : rare_event_status_names) words.insert(word);
    for (const char* word : cell_status_names) words.insert(word);
    for (const char* word : interval_method_names) words.insert(word);
    for (const char* word : estimate_methods) words.insert(word);
    EXPECT_EQ(missing_of(words, explained_words()), Words{});
}

}  // namespace
