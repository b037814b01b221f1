// A trained sequence VAE out of a file: sentences drawn from its prior, and what its encoder makes of a text's.
#pragma once

#include <string>

#include "host/families/saved_models.hpp"
#include "host/families/sequence_vae/options.hpp"

namespace modecollapse {

extern const ModelsFamily sequence_models;

class TrainedSequenceVae {
public:
    // A member of models of the family that were read from the file. Throws std::domain_error for a member that is not there or
    // failed.
    TrainedSequenceVae(const SavedModels& models, const std::string& path, std::uint64_t member);

    std::uint64_t seed() const { return models_.seed; }
    std::uint64_t steps() const { return models_.steps[index_]; }
    std::uint32_t latent() const { return run_.problem.latent; }
    std::uint32_t most_tokens() const { return run_.problem.most_tokens; }
    Precision precision() const { return run_.precision; }

    // Draws of the prior, z (count, l), and of a sentence at each: tokens (count, n_max), the end mark behind its end.
    struct Draws {
        std::vector<double> z;
        std::vector<std::int64_t> tokens;
        std::vector<std::string> sentences;  // (count): its words, or the ids of synthetic ones, without the end mark
    };
    Draws sample(const char* isa, std::uint64_t skip, std::uint64_t count) const;

    // Of every sentence of a text, by the words of the one that was trained on.
    struct Encoded {
        std::vector<double> mean, variance;  // (rows, l): of q(z|x)
        std::vector<double> kl;              // (rows): KL(q(z|x) || prior)
        std::vector<std::int64_t> lines;     // (rows): where it stands in the text, from 1
        std::vector<std::int64_t> tokens;    // (rows): how many it has
        double unknown = 0.0;                // share of the tokens that are the unknown word
        std::string digest;                  // of the text
        std::uint64_t rows() const { return kl.size(); }
    };
    // Throws std::domain_error for a file that is no text, and for models of synthetic sentences, whose words have no names.
    Encoded encode(const char* isa, const std::string& path) const;

private:
    sequence::TrainedMember member() const;

    SavedModels models_;
    SequenceRun run_;
    std::uint64_t index_;
};

}  // namespace modecollapse
