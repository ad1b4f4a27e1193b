import Corpus
import Foundation
import Runs

/// What a language model reads and how it writes: its tokenizer, and the ids that end what it writes.
///
/// A policy in a server has one too, though its weights lie elsewhere.
public struct ModelReader: Sendable {
  public let tokenizer: Tokenizer
  /// Ids that end a completion; the first is the one that training appends to texts. That with which the
  /// chat template ends a turn is among them.
  public let endTokens: [Int]
  /// Ids in front of every text, as the tokenizer's post-processor says.
  public var begin: [Int] { tokenizer.leadingTokens }

  /// - Parameter named: end tokens that the model's files name; that with which the chat template ends a
  ///   turn is added.
  public init(_ tokenizer: Tokenizer, endTokens named: [Int]) {
    self.tokenizer = tokenizer
    endTokens = named + [tokenizer.endOfTurn].compactMap(\.self).filter { !named.contains($0) }
  }

  /// That of a folder with a tokenizer, whether a model lies beside it or not.
  ///
  /// - Throws: `CorpusError`, ``PolicyError`` or `RunError` for a folder without a tokenizer.
  public static func load(_ folder: URL) throws -> ModelReader {
    let tokenizer = try Tokenizer.load(directory: folder)
    let files = FileManager.default
    guard files.fileExists(atPath: folder.appending(path: "config.json").path) else {
      return ModelReader(tokenizer, endTokens: tokenizer.endToken.map { [$0] } ?? [])
    }
    let configuration = try ConfigurationFile(of: folder).configuration
    return ModelReader(tokenizer, endTokens: configuration.endTokens(with: tokenizer))
  }

  /// The same with another way to write conversations; nil leaves it as it is.
  public func replacingChatTemplate(_ template: ChatTemplate?) -> ModelReader {
    guard let template else { return self }
    return ModelReader(tokenizer.replacingChatTemplate(template), endTokens: endTokens)
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

  /// The text of a completion, without the end token.
  public func text(of tokens: [Int]) -> String {
    tokenizer.decode(tokens)
  }

  /// The text that a completion adds to its prompt's, without the end token.
  ///
  /// Both are decoded together where that leaves the prompt's part alone: some decoders drop the
  /// space at the beginning of a text.
  public func text(of tokens: [Int], after prompt: [Int]) -> String {
    let before = tokenizer.decode(prompt)
    let whole = tokenizer.decode(prompt + tokens)
    guard whole.utf8.starts(with: before.utf8) else { return text(of: tokens) }
    return String(decoding: whole.utf8.dropFirst(before.utf8.count), as: UTF8.self)
  }
}
