import Foundation
import Policy
import Runs

/// A server that draws for a policy while that is trained: it is handed the weights as a folder, again
/// and again, and believed only after what it drew first was held against them.
///
/// Three folders are kept: the weights that are served, those before, which a server that missed the
/// change still has, and the first ones, which it has where it was started again. The server reads them
/// under the same paths.
public final class HandedEngine: DrawingEngine {
  /// Of the samples of a drawing, those that are held by themselves too.
  private static let last = 8

  private let policy: ServerPolicy
  private let check: ServedCheck
  private let folder: URL
  /// The model is the caller's, and moves with its training.
  private var served: (version: String, model: LanguageModel)?
  private var before: String?
  private var first: String?
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
    first = first ?? version
    isHeld = false
    for name in try files.contentsOfDirectory(atPath: folder.path)
    where ![version, before, first].contains(name) {
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
    do {
      let found = try policy.completions(of: prompts, count: count, draw)
      if let record = try held(found, prompts, draw, by: served.model) {
        try RecordFile.write(
          record, to: folder.deletingLastPathComponent().appending(path: "served.json"))
      }
      isHeld = true
      return found
    } catch let error as ServingError {
      // Whoever goes on is not to find the answers of other weights.
      if case .otherWeights = error { try policy.forget(prompts, count: count, draw) }
      throw error
    }
  }

  /// Holds what was drawn against the weights that were handed over: each time, as a server may be
  /// started again meanwhile, and the last of it, which such a server wrote.
  ///
  /// - Returns: nil where nothing is told of what was drawn, and these weights were held before.
  private func held(
    _ found: [[ServedCompletion]], _ prompts: [ServedPrompt], _ draw: ServedDraw,
    by model: LanguageModel
  ) throws -> ServedRecord? {
    let older = [(before, "the weights before"), (first, "the first weights")]
    let others = older.enumerated().compactMap { place, one -> ServedCheck.Other? in
      guard let version = one.0, version != served?.version,
        !older[..<place].contains(where: { $0.0 == version })
      else { return nil }
      let place = folder.appending(path: version)
      return ServedCheck.Other(name: one.1) { try LanguageModel.load(place) }
    }
    let target = (name: "what it was handed", model: model)
    let told = zip(prompts, found).flatMap { prompt, all in all.map { (prompt, $0) } }
      .filter { $0.1.logProbabilities != nil }
    guard told.isEmpty else {
      // Where it was started again in between, the very last is not hidden behind what came before.
      _ = try check.hold(Array(told.suffix(Self.last)), against: target, others: others)
      return try check.hold(
        Array(told.suffix(ServingSettings.checked)), against: target, others: others)
    }
    // What it tells at another temperature is of that temperature, or not: nobody says which.
    return isHeld
      ? nil
      : try check.perform(
        on: prompts, maxTokens: draw.sampling.maxTokens, seed: draw.seed, against: target,
        others: others)
  }

  public func logProbabilities(
    of completions: [[[Int]]], after prompts: [ServedPrompt]
  ) throws -> [[[Double]?]] {
    try policy.logProbabilities(of: completions, after: prompts)
  }
}
