import Corpus
import Foundation
import Policy
import Torch

/// Folders of tiny models over a few letters, with weights far from uniform.
public final class LetterModels {
  public let folder: URL
  public let letters: Int

  public init(letters: Int = 6) throws {
    self.letters = letters
    folder = FileManager.default.temporaryDirectory
      .appending(path: "plumb-letters-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("left behind: \(folder.path): \(error)")
    }
  }

  /// - Parameter shifted: another order of the letters, so that ids mean others.
  public func writeTokenizer(to place: URL, shifted: Bool = false) throws {
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let names = (0..<letters).map { Array("abcdefgh")[(shifted ? $0 + 1 : $0) % letters] }
    let entries = (names.map { "\"\($0)\"" } + ["\"</s>\""]).enumerated()
      .map { "\($1): \($0)" }.joined(separator: ", ")
    let json = """
      {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
       "added_tokens": [{"id": \(letters), "content": "</s>", "single_word": false,
         "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
         "use_regex": true},
       "post_processor": null, "decoder": {"type": "ByteLevel"},
       "model": {"type": "BPE", "vocab": {\(entries)}, "merges": []}}
      """
    try Data(json.utf8).write(to: place.appending(path: "tokenizer.json"))
    try Data(#"{"eos_token": "</s>"}"#.utf8)
      .write(to: place.appending(path: "tokenizer_config.json"))
  }

  /// The folder of a model that is there from now on.
  ///
  /// - Parameters:
  ///   - seed: of the weights.
  ///   - nudge: standard deviation of what is added to them; 0 for nothing.
  ///   - isReward: it has a reward head, and reads texts with an end token.
  @discardableResult
  public func write(
    _ name: String, seed: UInt64 = 1, nudge: Double = 0, positions: Int = 64,
    isReward: Bool = false
  ) throws -> URL {
    let place = folder.appending(path: name, directoryHint: .isDirectory)
    try writeTokenizer(to: place)
    var configuration = ModelConfiguration(
      architecture: .llama, vocab: letters + 1, hidden: 16, layers: 2, heads: 2,
      positions: positions, endToken: letters)
    if isReward {
      configuration.labels = 1
      configuration.endsTexts = true
    }
    let decoder = try Decoder.start(configuration, with: Generator(seed: seed, stream: "model"))
    let generator = try Generator(seed: seed, stream: "weights")
    let other = try Generator(seed: 99, stream: "nudge")
    for tensor in decoder.parameters where tensor.rank == 2 {
      try tensor.assign(generator.normal(tensor.sizes, deviation: 0.5))
      if nudge > 0 {
        try tensor.assign(tensor + other.normal(tensor.sizes, deviation: nudge))
      }
    }
    try decoder.save(to: place)
    return place
  }

  public func load(_ name: String) throws -> LanguageModel {
    try LanguageModel.load(folder.appending(path: name))
  }
}
