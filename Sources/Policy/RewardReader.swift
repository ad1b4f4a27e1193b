import Corpus
import Foundation
import Runs

/// What a reward model reads of a text: its tokenizer, and where it looks.
///
/// A reward in a server has one too, though its weights lie elsewhere.
public struct RewardReader: Sendable {
  public let reader: ModelReader
  /// Tokens that it reads at most.
  let positions: Int
  /// The end token stands behind a text, as in its training.
  let endsTexts: Bool

  public init(of model: LanguageModel) {
    reader = model.reader
    positions = model.decoder.configuration.positions
    endsTexts = model.decoder.configuration.endsTexts
  }

  private init(_ reader: ModelReader, positions: Int, endsTexts: Bool) {
    (self.reader, self.positions, self.endsTexts) = (reader, positions, endsTexts)
  }

  /// That of a folder with a tokenizer. Without a model beside it texts are as long as they are.
  ///
  /// - Throws: `CorpusError`, ``PolicyError`` or `RunError` for a folder without a tokenizer.
  public static func load(_ folder: URL) throws -> RewardReader {
    let reader = try ModelReader.load(folder)
    guard
      FileManager.default.fileExists(atPath: folder.appending(path: "config.json").path)
    else { return RewardReader(reader, positions: .max, endsTexts: false) }
    let shape = try ConfigurationFile(of: folder).configuration
    return RewardReader(reader, positions: shape.positions, endsTexts: shape.endsTexts)
  }

  /// The same with another way to write conversations; nil leaves it as it is.
  public func replacingChatTemplate(_ template: ChatTemplate?) -> RewardReader {
    RewardReader(
      reader.replacingChatTemplate(template), positions: positions, endsTexts: endsTexts)
  }

  /// All ids of a completion and what it follows: with the end token where the model was trained with it.
  public func whole(_ exchange: Exchange) throws -> [Int] {
    try reader.whole(exchange, isEnded: endsTexts)
  }

  /// What the model reads, at most `length` tokens: longer texts keep their end, where reviews draw
  /// their conclusion.
  public func tokens(of exchange: Exchange, length: Int = .max) throws -> [Int] {
    let all = try whole(exchange)
    let limit = min(length, positions)
    guard all.count > limit else { return all }
    return reader.begin + all.suffix(limit - reader.begin.count)
  }
}
