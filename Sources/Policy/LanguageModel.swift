import Corpus
import Foundation
import Runs
import Torch

/// A decoder and the tokenizer its ids come from, as they lie together in a checkpoint.
public struct LanguageModel {
  public let decoder: Decoder
  /// What it reads and how it writes, without its weights.
  public let reader: ModelReader
  public var tokenizer: Tokenizer { reader.tokenizer }
  /// As ``ModelReader/endTokens``.
  public var endTokens: [Int] { reader.endTokens }
  /// As ``ModelReader/begin``.
  public var begin: [Int] { reader.begin }

  public init(_ decoder: Decoder, _ tokenizer: Tokenizer) throws {
    try decoder.configuration.requireRoom(for: tokenizer)
    self.decoder = decoder
    reader = ModelReader(
      tokenizer, endTokens: decoder.configuration.endTokens(with: tokenizer))
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

  /// As ``ModelReader/prompt(_:)-(Dialogue)``.
  public func prompt(_ dialogue: Dialogue) throws -> [Int] { try reader.prompt(dialogue) }

  /// The same of a text.
  public func prompt(_ text: String) throws -> [Int] { try reader.prompt(.text(text)) }

  /// As ``ModelReader/read(_:_:areEnded:)``.
  public func read(
    _ prompt: Dialogue, _ texts: [String], areEnded: [Bool]? = nil
  ) throws -> Reading {
    try reader.read(prompt, texts, areEnded: areEnded)
  }

  /// As ``ModelReader/read(_:answer:)``.
  public func read(_ prompt: Dialogue, answer: Turn) throws -> Reading {
    try reader.read(prompt, answer: answer)
  }

  /// As ``ModelReader/whole(_:isEnded:)``.
  public func whole(_ exchange: Exchange, isEnded: Bool) throws -> [Int] {
    try reader.whole(exchange, isEnded: isEnded)
  }

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
  public func text(of completion: Completion) -> String { reader.text(of: completion.tokens) }

  /// As ``ModelReader/text(of:after:)``.
  public func text(of completion: Completion, after prompt: [Int]) -> String {
    reader.text(of: completion.tokens, after: prompt)
  }
}
