import Corpus
import EngineDouble
import Foundation
import HTTP
import Judging
import Policy
import Runs
import Torch

@testable import Serving

/// A double that serves a tiny model, and policies that ask it.
struct ServedBench {
  let models: LetterModels
  let double: EngineDouble

  init(_ manner: EngineDouble.Manner = .init(), seed: UInt64 = 1) throws {
    models = try LetterModels()
    double = try EngineDouble(try models.write("served", seed: seed), manner)
  }

  var model: LanguageModel { get throws { try models.load("served") } }

  func settings(
    _ kind: ServingSettings.Kind = .openai, model: String = EngineDouble.name
  ) throws -> ServingSettings {
    var settings = ServingSettings(try ServerName("server:\(model)@\(double.root)/v1"))
    settings.kind = kind
    settings.transport.deadline = 20
    return settings
  }

  /// - Parameter ledger: policies of one name go on where the other was.
  func policy(
    _ settings: ServingSettings, ledger: String = "requests.jsonl",
    tokens: ServerPolicy.Tokens = .named, reader: ModelReader? = nil,
    environment: [String: String] = [:], attempts: Int = 6
  ) throws -> ServerPolicy {
    var retries = RetryPolicy()
    retries.base = .milliseconds(2)
    retries.attempts = attempts
    retries.silentDeadlines = 1000
    return try ServerPolicy(
      settings, reader ?? model.reader, tokens: tokens, identity: "",
      ledger: models.folder.appending(path: ledger), environment: environment, policy: retries)
  }

  func policy(
    _ kind: ServingSettings.Kind = .openai, tokens: ServerPolicy.Tokens = .named,
    attempts: Int = 6
  ) throws -> ServerPolicy {
    try policy(try settings(kind), tokens: tokens, attempts: attempts)
  }

  static let prompts = ["ab", "cad", "b", "fee"].enumerated().map { place, text in
    ServedPrompt(
      id: "p\(place)", .text(text), tokens: text.utf8.map { Int($0) - Int(UInt8(ascii: "a")) })
  }

  func draw(
    _ temperature: Double = 1, maxTokens: Int = 8, truncation: Truncation = .none,
    isFresh: Bool = false
  ) throws -> ServedDraw {
    ServedDraw(
      try model.sampling(
        temperature: temperature, maxTokens: maxTokens, truncation: truncation),
      seed: 7, stream: "test", isFresh: isFresh)
  }

  /// Computed here, one completion at a time.
  static func logProbabilities(
    _ ids: [Int], after prompt: [Int], _ model: LanguageModel
  ) throws -> [Double] {
    try withoutGradient {
      let targets = try Targets.completions([[ids]], of: [prompt], positions: 64, on: .cpu)
      return try targets.perCompletion(model.decoder.logProbabilities(of: targets))[0]
    }
  }
}
