import Command
import Comparing
import Corpus
import Foundation
import Judging
import Policy
import Runs
import Serving

/// A policy in a server as a command line names it, outside of any recipe.
public struct ServedModel {
  public let policy: any ServedPolicy
  private let settings: ServingSettings
  /// What it is held against; nil where nothing is named.
  private let checkpoint: (name: String, folder: URL)?

  /// - Parameters:
  ///   - template: in the place of the tokenizer's own; nil for that.
  ///   - folder: where requests and answers are kept.
  /// - Throws: ``ServingError`` or `PolicyError` for what is typed wrong; nothing is sent.
  public init(
    _ name: ServerName, _ options: ServerOptions, template: ChatTemplate?, in folder: URL
  ) throws {
    var settings = ServingSettings(name)
    if let kind = options.kind.flatMap(ServingSettings.Kind.init) { settings.kind = kind }
    if let bound = options.bound { settings.bound = bound }
    settings.transport = TransportSettings(options.transport)
    let environment = ProcessInfo.processInfo.environment
    if let problem = settings.problem(environment: environment) {
      throw ServingError.setting(problem)
    }
    self.settings = settings
    checkpoint = try options.checkpoint.map { ($0, try TrainedModel.find($0).folder) }
    let place = try options.tokenizer.map { try ModelFolder.find($0) } ?? checkpoint?.folder
    guard let place else {
      throw PolicyError.input("\(name) has no tokenizer here; name one, or its checkpoint")
    }
    policy = try ServerPolicy(
      settings, ModelReader.load(place).replacingChatTemplate(template), tokens: .named,
      identity: "", ledger: folder.appending(path: ServedMaker.ledger), environment: environment,
      interruption: { Signals.interruption != nil })
  }

  /// Holds the server against its checkpoint.
  ///
  /// - Returns: nil where none is named.
  public func check(on prompts: [ServedPrompt], maxTokens: Int) throws -> ServedRecord? {
    guard let checkpoint else { return nil }
    return try ServedCheck(policy, bound: settings.bound).perform(
      on: prompts, maxTokens: maxTokens, seed: 0,
      against: (checkpoint.name, try LanguageModel.load(checkpoint.folder)))
  }
}
