import Corpus
import Foundation
import HTTP
import Judging
import Policy
import Runs
import Torch

/// A reward model behind the requests of a server, with pace, retries, limits and key as judges have them.
///
/// One request is one text, as ids: what is scored is what the model here would read. What was answered
/// is kept, so that whoever goes on asks for nothing twice.
public final class ServerReward: Reward {
  /// What the server is said to serve, read where it is held against it.
  public struct Checkpoint {
    let name: String
    let model: () throws -> LanguageModel

    public init(name: String, model: @escaping () throws -> LanguageModel) {
      self.name = name
      self.model = model
    }
  }

  /// In the folder of requests: what the last check came to.
  public static let record = "served.json"
  static let ledger = "requests.jsonl"
  /// So many different texts are not worth the same to the last bit.
  private static let few = 8

  public let name: String
  private let reader: RewardReader
  private let settings: ServingSettings
  private let path: String
  private let identity: String
  private let line: ServerLine
  private let folder: URL
  private let ranks: Ranks
  /// Nil once the server was held against it, or where nobody says what it serves.
  private var checkpoint: Checkpoint?
  /// What the server says of its weights.
  private var version: String?
  private var isVaried = false

  /// - Parameters:
  ///   - identity: what the weights are said to be; part of what answers are kept under.
  ///   - folder: where requests and answers are kept.
  ///   - ranks: that score together; the first of them asks.
  /// - Throws: ``ServingError/setting(_:)`` for an address, key or price, or a kind without rewards; nothing
  ///   is sent.
  public init(
    _ settings: ServingSettings, _ reader: RewardReader, identity: String,
    checkpoint: Checkpoint? = nil, in folder: URL, over ranks: Ranks = .alone,
    environment: [String: String], transport: (any Transport)? = nil,
    policy: RetryPolicy = RetryPolicy(),
    interruption: @escaping @Sendable () -> Bool = { false }
  ) throws {
    guard let path = ScoreForm.path(settings.kind) else {
      throw ServingError.setting("\(settings.name): a server of kind openai gives no rewards")
    }
    name = "\(ServerName.prefix)\(settings.name.model)"
    self.reader = reader
    self.settings = settings
    self.path = path
    self.identity = identity
    self.checkpoint = checkpoint
    self.folder = folder
    self.ranks = ranks
    line = try ServerLine(
      settings, ledger: folder.appending(path: Self.ledger), environment: environment,
      transport: transport, policy: policy, interruption: interruption)
  }

  public func rewards(of texts: [String]) throws -> [Double] {
    try rewards(of: texts.map { Exchange("", $0) })
  }

  public func rewards(of exchanges: [Exchange]) throws -> [Double] {
    guard !exchanges.isEmpty else { return [] }
    return try ranks.follow {
      let sequences = try exchanges.map { try reader.tokens(of: $0) }
      if let checkpoint, try !line.knows(keyed(sequences).map(\.1)) {
        try hold(against: checkpoint, exchanges, sequences)
        self.checkpoint = nil
      }
      let scores = try scores(of: sequences)
      try checkVariety(sequences, scores)
      return scores
    }
  }

  /// With what each is kept under.
  private func keyed(_ sequences: [[Int]], _ purpose: String = "score") -> [([Int], String)] {
    let facts = ["\(settings.name)", settings.kind.rawValue, identity, purpose]
    return sequences.map { ids in
      (ids, SHA256.hex(of: (facts + ["ids \(ids)"]).joined(separator: "\u{0}")))
    }
  }

  private func scores(of sequences: [[Int]], _ purpose: String = "score") throws -> [Double] {
    let (title, kind, path, model) = ("\(settings.name)", settings.kind, path, settings.name.model)
    let answers = try line.answers(to: keyed(sequences, purpose)) { ids, key, dialect in
      ScoreInquiry(
        ids: ids, kind: kind, path: path, key: key, model: model, server: title, dialect: dialect)
    }
    for told in answers.compactMap(\.version) where told != version {
      guard version == nil else {
        throw ServingError.otherWeights(
          server: title,
          problem:
            "answers by the weights '\(told)', and before that by '\(version ?? "")'; scores of "
            + "different weights do not stand beside each other")
      }
      version = told
    }
    return try answers.map { answer in
      guard let score = answer.score else {
        throw ServingError.useless(server: title, problem: "gives no score for a text")
      }
      return score
    }
  }

  /// Holds the server's scores against the checkpoint's: whenever a process begins to ask, as a server may
  /// have been started again.
  private func hold(
    against checkpoint: Checkpoint, _ exchanges: [Exchange], _ sequences: [[Int]]
  ) throws {
    var seen: Set<[Int]> = []
    let places = sequences.indices.filter { seen.insert(sequences[$0]).inserted }
      .prefix(ServingSettings.checked)
    let asked = places.map { sequences[$0] }
    let theirs = try scores(of: asked, "held \(UUID())")
    let own = try ModelReward(name: checkpoint.name, model: checkpoint.model())
      .rewards(of: places.map { exchanges[$0] })
    func gap(_ other: [Double]) -> (mean: Double, largest: Double) {
      let all = zip(theirs, other).map { abs($0 - $1) }
      return (all.reduce(0, +) / Double(all.count), all.max() ?? 0)
    }
    let found = gap(own)
    let record = ServedRecord(
      policy: "\(settings.name)", checkpoint: checkpoint.name, samples: asked.count,
      tokens: asked.joined().count, meanDifference: found.mean, largestDifference: found.largest,
      bound: settings.bound, areScores: true)
    guard found.mean <= settings.bound else {
      let isSquashed = gap(own.map { 1 / (1 + exp(-$0)) }).mean <= min(settings.bound, 0.01)
      throw ServingError.otherWeights(
        server: record.policy,
        problem: "gives other scores than \(checkpoint.name): those of \(asked.count) texts are "
          + "\(ServedCheck.shown(found.mean)) away on average (\(ServedCheck.shown(found.largest)) at most), which "
          + "is above the bound of \(settings.bound); "
          + (isSquashed
            ? "they are its scores behind a sigmoid: start the server so that it gives them as they are"
            : "load the checkpoint, or name the one that it serves"))
    }
    try RecordFile.write(record, to: folder.appending(path: Self.record))
  }

  /// One score for all is what a softmax over one label gives.
  private func checkVariety(_ sequences: [[Int]], _ scores: [Double]) throws {
    guard !isVaried, let first = scores.first else { return }
    guard scores.allSatisfy({ $0 == first }) else {
      isVaried = true
      return
    }
    let count = Set(sequences).count
    guard count >= Self.few else { return }
    throw ServingError.useless(
      server: "\(settings.name)",
      problem:
        "gives each of \(count) different texts the score \(first): what a softmax over one label gives; "
        + "start it so that scores come as they are")
  }
}
