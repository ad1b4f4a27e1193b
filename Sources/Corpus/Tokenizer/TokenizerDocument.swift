import Foundation
import Runs

/// A trained tokenizer as the two files that `transformers` reads.
struct TokenizerDocument {
  let tokens: [String]
  let merges: [(left: Int32, right: Int32)]
  let specialTokens: [String]

  var files: [String: Data] {
    [
      "tokenizer.json": Data(tokenizer.utf8), "tokenizer_config.json": Data(configuration.utf8),
    ]
  }

  private var tokenizer: String {
    let added = specialTokens.enumerated().map { id, token in
      """
          {"id": \(id), "content": \(JSONText.quoted(token)), "single_word": false, \
      "lstrip": false, "rstrip": false, "normalized": false, "special": true}
      """
    }
    let vocabulary = tokens.enumerated().map { "      \(JSONText.quoted($1)): \($0)" }
    let pairs = merges.map { pair in
      "      " + JSONText.quoted("\(tokens[Int(pair.left)]) \(tokens[Int(pair.right)])")
    }
    return """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [
      \(added.joined(separator: ",\n"))
        ],
        "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, \
      "use_regex": true},
        "post_processor": \(postProcessor),
        "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, \
      "use_regex": true},
        "model": {
          "type": "BPE",
          "dropout": null,
          "unk_token": null,
          "continuing_subword_prefix": null,
          "end_of_word_suffix": null,
          "fuse_unk": false,
          "byte_fallback": false,
          "ignore_merges": false,
          "vocab": {
      \(vocabulary.joined(separator: ",\n"))
          },
          "merges": [
      \(pairs.joined(separator: ",\n"))
          ]
        }
      }

      """
  }

  /// Puts the first special token in front of every text: a model needs one token to begin with.
  private var postProcessor: String {
    guard let first = specialTokens.first.map(JSONText.quoted) else { return "null" }
    return """
      {"type": "TemplateProcessing", \
      "single": [{"SpecialToken": {"id": \(first), "type_id": 0}}, \
      {"Sequence": {"id": "A", "type_id": 0}}], \
      "pair": [{"SpecialToken": {"id": \(first), "type_id": 0}}, \
      {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}], \
      "special_tokens": {\(first): {"id": \(first), "ids": [0], "tokens": [\(first)]}}}
      """
  }

  private var configuration: String {
    let role = specialTokens.first.map(JSONText.quoted) ?? "null"
    return """
      {
        "add_prefix_space": false,
        "bos_token": \(role),
        "clean_up_tokenization_spaces": false,
        "eos_token": \(role),
        "model_max_length": 1000000000000000019884624838656,
        "tokenizer_class": "PreTrainedTokenizerFast"
      }

      """
  }
}
