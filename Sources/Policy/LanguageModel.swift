import Corpus
import Foundation
import Runs
import Torch

/// A decoder and the tokenizer its ids come from, as they lie together in a checkpoint.
public struct LanguageModel {
  public let decoder: Decoder
  public let tokenizer: Tokenizer
  /// Ids in front of every text, as the tokenizer's post-processor says.
  public var begin: [Int] { tokenizer.leadingTokens }

  public init(_ decoder: Decoder, _ tokenizer: Tokenizer) throws {
    try decoder.configuration.requireRoom(for: tokenizer)
    self.decoder = decoder
    self.tokenizer = tokenizer
    let named = decoder.configuration.endTokens(with: tokenizer)
    endTokens = named + [tokenizer.endOfTurn].compactMap(\.self).filter { !named.contains($0) }
  }

  /// Reads a checkpoint's folder, or an adapter's, whose tokenizer may lie with its base model.
  ///
  /// - Throws: `RunError` where Plumb wrote it and it is no longer what was written.
  public static func load(
    _ folder: URL, precision: Precision = .full, on device: Device = .cpu
  ) throws -> LanguageModel {
    try CheckpointManifest.hold(folder)
    let body = try ModelFolder.body(of: folder)
    if body != folder { try CheckpointManifest.hold(body) }
    return try LanguageModel(
      Decoder.load(folder, precision: precision, on: device),
      Tokenizer.load(directory: folder))
  }

  /// Refuses a model that gives no probabilities of tokens.
  ///
  /// - Parameter name: as the user wrote it.
  public func requireLanguage(_ name: String) throws {
    if let problem = decoder.configuration.languageProblem {
      throw PolicyError.input("\(name) \(problem)")
    }
  }

  /// The ids a completion of this text starts from; at least one.
  ///
  /// - Throws: ``PolicyError/input(_:)`` for an empty text without a begin token.
  public func prompt(_ dialogue: Dialogue) throws -> [Int] {
    let ids = try tokenizer.read(dialogue, []).prompt
    guard !ids.isEmpty else {
      throw PolicyError.input("an empty prompt needs a model with a begin token")
    }
    return ids
  }

  /// The same of a text.
  public func prompt(_ text: String) throws -> [Int] { try prompt(.text(text)) }

  /// A prompt and texts that follow it, read as one text each and split where the ids part; see
  /// `Reading`. Everything that is given as text is read here; what was sampled stays as its ids.
  ///
  /// - Parameter areEnded: which texts get the end token; all where it is nil.
  /// - Throws: ``PolicyError/input(_:)`` where nothing is left to begin with, or a text has no token.
  public func read(
    _ prompt: Dialogue, _ texts: [String], areEnded: [Bool]? = nil
  ) throws -> Reading {
    try checked(try tokenizer.read(prompt, texts), prompt, areEnded)
  }

  /// An answer to learn, and what it follows.
  ///
  /// - Throws: as ``read(_:_:areEnded:)``.
  public func read(_ prompt: Dialogue, answer: Turn) throws -> Reading {
    try checked(try tokenizer.read(prompt, answer: answer), prompt, nil)
  }

  private func checked(
    _ reading: Reading, _ prompt: Dialogue, _ areEnded: [Bool]?
  ) throws -> Reading {
    var reading = reading
    guard !reading.prompt.isEmpty else {
      throw PolicyError.input(
        prompt.isEmpty
          ? "an empty prompt needs a model with a begin token"
          : "a prompt and its completion begin with one token, and the model has no begin token; "
            + "let the completion begin with a word of its own")
    }
    for place in reading.completions.indices
    where areEnded?[place] ?? !reading.isEnded {
      reading.completions[place] += reading.end.map { [$0] } ?? Array(endTokens.prefix(1))
    }
    guard !reading.completions.contains([]) else {
      throw PolicyError.input("an empty completion has no tokens")
    }
    return reading
  }

  /// The ids of a completion and what it follows, as one text.
  ///
  /// - Parameter isEnded: whether the end token follows.
  public func whole(_ exchange: Exchange, isEnded: Bool) throws -> [Int] {
    var ids = try tokenizer.whole(exchange)
    // A chat template ends what it writes itself.
    if isEnded, !tokenizer.writes(exchange.prompt) { ids += endTokens.prefix(1) }
    guard !ids.isEmpty else { throw PolicyError.input("an empty text has no tokens") }
    return ids
  }

  /// Ids that end a completion; the first is the one that training appends to texts. That with which the
  /// chat template ends a turn is among them.
  public let endTokens: [Int]

  /// The same with another way to write conversations; nil leaves it as it is.
  public func replacingChatTemplate(_ template: ChatTemplate?) throws -> LanguageModel {
    guard let template else { return self }
    return try LanguageModel(decoder, tokenizer.replacingChatTemplate(template))
  }

  public func sampling(
    temperature: Double, maxTokens: Int, truncation: Truncation = .none
  ) -> SamplingSettings {
    SamplingSettings(
      temperature: temperature, maxTokens: maxTokens, vocabulary: tokenizer.vocabularySize,
      endTokens: endTokens, truncation: truncation)
  }

  /// The text of a completion, without the end token.
  public func text(of completion: Completion) -> String {
    tokenizer.decode(completion.tokens)
  }

  /// The text that a completion adds to its prompt's, without the end token.
  ///
  /// Both are decoded together where that leaves the prompt's part alone: some decoders drop the
  /// space at the beginning of a text.
  public func text(of completion: Completion, after prompt: [Int]) -> String {
    let before = tokenizer.decode(prompt)
    let whole = tokenizer.decode(prompt + completion.tokens)
    guard whole.utf8.starts(with: before.utf8) else { return text(of: completion) }
    return String(decoding: whole.utf8.dropFirst(before.utf8.count), as: UTF8.self)
  }
}
