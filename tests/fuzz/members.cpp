// Fuzz target: the readers of NetCDF files, of results and of saved members. Input: changes to a file that is right, four
// bytes each (what, where, two bytes of value), whose checksums are then made to fit: what is tested is the program, not
// HDF5. The file is refused as damaged or as another version's, or what it holds is what a training can have.
#include <cmath>
#include <cstring>

#include "host/families/realnvp/saved_members.hpp"
#include "host/io/content_hash.hpp"
#include "host/io/in_a_child.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/io/netcdf_reader.hpp"
#include "tests/fuzz/file.hpp"

namespace {

using namespace modecollapse;

Dataset sound_members(const std::string& path) {
    Training training;
    training.shape = {2, 1, 1, 1, CouplingMask::halves, 2.0};
    training.steps = 3;
    write_members(path, SavedMembers(Problem{}, nullptr, training, {Precision::double_precision, 7, 0, 2}),
                  RunRecord());
    return read_netcdf(path);
}

AttributeValue value_of(int kind, int number) {
    static const double doubles[] = {0.0, -1.0, 0.5, 1e308, -1e-308, std::nan(""), HUGE_VAL, 4294967296.0};
    static const std::int64_t integers[] = {0, -1, 1, 2, 3, INT64_MAX, INT64_MIN, 1ll << 53, 4294967297};
    static const char* texts[] = {"",      "12abc", "-1",     "18446744073709551616", "realnvp",
                                  "sobol", "adam",  "double", "\xff\x1b[2J"};
    switch (kind % 4) {
        case 0:
            return doubles[number % 8];
        case 1:
            return integers[number % 9];
        case 2:
            return std::string(texts[number % 9]);
        default:
            return std::vector<std::int8_t>(static_cast<std::size_t>(number % 3), 1);
    }
}

template <class T>
void set_number(std::vector<T>& values, int where, int number, double as_double) {
    if (values.empty()) return;
    values[static_cast<std::size_t>(where) % values.size()] =
        std::is_same_v<T, double> ? static_cast<T>(as_double) : static_cast<T>(number - 128);
}

void change(Dataset& dataset, int what, int where, int kind, int number) {
    Variable& variable = dataset.variables[static_cast<std::size_t>(where) % dataset.variables.size()];
    auto& attribute = dataset.attributes[static_cast<std::size_t>(where) % dataset.attributes.size()];
    const auto place = static_cast<std::ptrdiff_t>(static_cast<std::size_t>(where));
    switch (what % 8) {
        case 0:
            attribute.second = value_of(kind, number);
            break;
        case 1:
            dataset.attributes.erase(dataset.attributes.begin() + place % std::ptrdiff_t(dataset.attributes.size()));
            break;
        case 2:
            dataset.variables.erase(dataset.variables.begin() + place % std::ptrdiff_t(dataset.variables.size()));
            break;
        case 3:  // one number
            if (auto* doubles = std::get_if<std::vector<double>>(&variable.data))
                set_number(*doubles, kind, number,
                           *std::get_if<double>(&static_cast<const AttributeValue&>(value_of(0, number))));
            if (auto* integers = std::get_if<std::vector<std::int64_t>>(&variable.data))
                set_number(*integers, kind, number, 0.0);
            if (auto* flags = std::get_if<std::vector<std::int8_t>>(&variable.data))
                set_number(*flags, kind, number, 0.0);
            break;
        case 4: {  // another size
            auto& dimension = dataset.dimensions[static_cast<std::size_t>(where) % dataset.dimensions.size()];
            dimension.second = static_cast<std::size_t>(number % 17);
            for (Variable& each : dataset.variables) {
                std::size_t size = 1;
                for (const std::string& name : each.dimensions)
                    for (const auto& [known, length] : dataset.dimensions)
                        if (known == name) size *= length;
                std::visit([&](auto& data) { data.resize(size); }, each.data);
            }
            break;
        }
        case 5: {  // another type
            const std::size_t size = std::visit([](const auto& data) { return data.size(); }, variable.data);
            if (kind % 4 == 0) variable.data = std::vector<double>(size);
            if (kind % 4 == 1) variable.data = std::vector<std::int64_t>(size);
            if (kind % 4 == 2) variable.data = std::vector<std::int8_t>(size);
            if (kind % 4 == 3) variable.data = std::vector<std::string>(size, "x");
            break;
        }
        case 6:
            std::swap(variable.name, dataset.variables[static_cast<std::size_t>(kind) % dataset.variables.size()].name);
            break;
        default:
            variable.attributes.emplace_back("note", value_of(kind, number));
    }
}

}  // namespace

// In place of the program's: the files are well formed for HDF5, and a process for each of them would be most of the work.
bool modecollapse::ends_in_a_child(const std::function<void()>&, unsigned) { return true; }

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file;
    static const Dataset sound = sound_members(file.path());
    Dataset dataset = sound;
    for (std::size_t at = 0; at + 4 <= size && at < 64; at += 4) {
        if (dataset.variables.empty() || dataset.attributes.empty()) break;
        change(dataset, data[at], data[at + 1], data[at + 2], data[at + 3]);
    }
    for (auto at = dataset.attributes.begin(); at != dataset.attributes.end(); ++at)
        if (at->first == content_hash_name) {  // write_netcdf gives a new one
            dataset.attributes.erase(at);
            break;
        }
    try {
        write_netcdf(file.path(), dataset, Links::replaced);
    } catch (const WriteError&) {  // such a file cannot be
        return 0;
    }
    try {
        fuzz::require_true(content_hash(read_netcdf(file.path())) == content_hash(dataset), "what was written is read");
        const SavedMembers members = read_members(file.path());
        for (std::uint64_t i = 0; i < members.members(); ++i)
            fuzz::require_true(members.failed[i] == 1 || std::isfinite(members.parameters[i]), "numbers are finite");
    } catch (const CorruptFile&) {
    } catch (const OtherVersion&) {
    }
    return 0;
}
