import Foundation
import Policy
import Runs

/// A server that draws for a policy while that is trained: it is handed the weights as a folder, again
/// and again, and believed only after what it drew first was held against them.
///
/// Two folders are kept: the weights that are served, and those before, which a server that missed the
/// change still has. The server reads them under the same paths.
public final class HandedEngine: DrawingEngine {
  private let policy: ServerPolicy
  private let check: ServedCheck
  private let folder: URL
  /// The model is the caller's, and moves with its training.
  private var served: (version: String, model: LanguageModel)?
  private var before: String?
  private var isHeld = true

  /// - Parameter folder: where weights are written; made when there are some.
  public init(_ policy: ServerPolicy, bound: Double, in folder: URL) {
    self.policy = policy
    self.folder = folder
    check = ServedCheck(policy, bound: bound)
  }

  public var name: ServerName { policy.name }
  public var reader: ModelReader { policy.reader }

  public func load(_ model: LanguageModel) throws {
    try Folder.make(folder)
    let files = FileManager.default
    let fresh = folder.appending(path: "next")
    if files.fileExists(atPath: fresh.path) { try files.removeItem(at: fresh) }
    try Folder.make(fresh)
    let whole = model.decoder.adapterSettings == nil ? model : try model.merged()
    try whole.decoder.save(to: fresh)
    try whole.tokenizer.save(to: fresh)
    let version = "weights-" + (try ModelIdentity.of(fresh)).prefix(16)
    if version == served?.version {
      served?.model = model
      try files.removeItem(at: fresh)
      return
    }
    let place = folder.appending(path: version)
    if files.fileExists(atPath: place.path) { try files.removeItem(at: place) }
    try files.moveItem(at: fresh, to: place)
    try policy.hand(place, version: version)
    (before, served) = (served?.version ?? before, (version, model))
    isHeld = false
    for name in try files.contentsOfDirectory(atPath: folder.path)
    where name != version && name != before {
      try files.removeItem(at: folder.appending(path: name))
    }
  }

  /// What the last check came to stands in `served.json` beside the folder.
  ///
  /// - Precondition: weights were handed over.
  public func completions(
    of prompts: [ServedPrompt], count: Int, _ draw: ServedDraw
  ) throws -> [[ServedCompletion]] {
    guard let served else { preconditionFailure("a server draws by weights that it was handed") }
    guard !isHeld else { return try policy.completions(of: prompts, count: count, draw) }
    do {
      let found = try policy.completions(of: prompts, count: count, draw)
      try RecordFile.write(
        try held(found, prompts, draw, by: served.model),
        to: folder.deletingLastPathComponent().appending(path: "served.json"))
      isHeld = true
      return found
    } catch let error as ServingError {
      // Whoever goes on is not to find the answers of other weights.
      if case .otherWeights = error { try policy.forget(prompts, count: count, draw) }
      throw error
    }
  }

  /// Holds what was drawn first by new weights against these.
  private func held(
    _ found: [[ServedCompletion]], _ prompts: [ServedPrompt], _ draw: ServedDraw,
    by model: LanguageModel
  ) throws -> ServedRecord {
    var others: [ServedCheck.Other] = []
    if let before {
      let place = folder.appending(path: before)
      others = [
        ServedCheck.Other(name: "the weights before") { try LanguageModel.load(place) }
      ]
    }
    let target = (name: "what it was handed", model: model)
    let told = zip(prompts, found).flatMap { prompt, all in all.map { (prompt, $0) } }
      .filter { $0.1.logProbabilities != nil }
    // What it tells at another temperature is of that temperature, or not: nobody says which.
    return told.isEmpty
      ? try check.perform(
        on: prompts, maxTokens: draw.sampling.maxTokens, seed: draw.seed, against: target,
        others: others)
      : try check.hold(
        Array(told.prefix(ServingSettings.checked)), against: target, others: others)
  }

  public func logProbabilities(
    of completions: [[[Int]]], after prompts: [ServedPrompt]
  ) throws -> [[[Double]?]] {
    try policy.logProbabilities(of: completions, after: prompts)
  }
}
