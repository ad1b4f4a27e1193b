import Foundation
import Runs
import Statistics

/// The tables that papers print, made from a run's records.
public struct PaperTables {
  /// Why a run cannot give a table.
  public struct Absence: Error, Equatable, Sendable {
    public let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  /// A table by its name.
  struct Kind: Sendable {
    let name: String
    /// One line for the list.
    let summary: String
    let make: @Sendable (PaperTables) throws -> PaperTable

    init(
      _ name: String, _ summary: String,
      _ make: @escaping @Sendable (PaperTables) throws -> PaperTable
    ) {
      self.name = name
      self.summary = summary
      self.make = make
    }
  }

  static let kinds: [Kind] = [
    Kind("exo", "win rates by reward and by judge, against the reference and against chosen") {
      try $0.exo()
    },
    Kind("frontier", "reward and KL of every checkpoint, and of best of n") { try $0.frontier() },
    Kind("equal-kl", "reward at equal KL, as a selection chose it") { try $0.equalKL() },
    Kind("sweep", "results of every setting of swept stages") { try $0.sweep() },
    Kind("kl-target", "searches for a strength: target, KL on validation and on test prompts") {
      try $0.klTarget()
    },
    Kind("reward-steps", "reward along training, with both bands") { try $0.rewardSteps() },
    Kind("lire", "LIRE's T and K, with the share of prompts that got worse") { try $0.lire() },
    Kind("perplexity", "perplexity, distinct n-grams and length") { try $0.perplexity() },
    Kind("rouge-l", "ROUGE-L against chosen completions") { try $0.rougeL() },
    Kind("irl", "rounds with a refitted reward: its accuracy, seconds, results") { try $0.irl() },
    Kind("oracle-calls", "rounds against calls of the oracle, as INPO counts them") {
      try $0.oracleCalls()
    },
    Kind("sail", "SAIL's coefficients, cost and results") { try $0.sail() },
    Kind("cost", "time, memory, tokens and calls of stages and phases") { try $0.cost() },
  ]

  /// The names, in the order of the list.
  public static var names: [String] { kinds.map(\.name) }

  let input: ReportInput
  let study: Study

  /// - Parameter input: the records of one run.
  public init(_ input: ReportInput) {
    self.input = input
    study = Study.all([input])[0]
  }

  /// - Throws: ``Absence``, and what reading records throws.
  public func table(_ name: String) throws -> PaperTable {
    guard let kind = Self.kinds.first(where: { $0.name == name }) else {
      throw Absence("there is no table \(name); there is \(Self.names.joined(separator: ", "))")
    }
    guard let table = try kind.make(self).filled else {
      throw Absence("nothing of it was measured")
    }
    return table
  }

  /// Every table with what it shows, and why it is not there.
  public func list() throws -> [(name: String, summary: String, absence: String?)] {
    try Self.kinds.map { kind in
      do {
        _ = try table(kind.name)
        return (kind.name, kind.summary, nil)
      } catch let absence as Absence {
        return (kind.name, kind.summary, absence.reason)
      }
    }
  }

  // MARK: What tables share

  var inference: Inference {
    var inference = Inference(confidence: input.evaluation.confidence)
    if let resamples = input.evaluation.resamples { inference.resamples = resamples }
    return inference
  }

  /// `95 % intervals over other seeds and other prompts`, or over prompts alone.
  var intervals: String {
    let several = study.groups.contains { $0.seeds.count > 1 }
    return "\(study.percent) % intervals over \(several ? "seeds and prompts" : "prompts")"
  }

  /// A group's number: over its seeds, or its only final checkpoint's.
  func result(
    _ name: String, _ group: Study.Group, against comparison: Study.Comparison = .none
  ) -> Runs.Measurement? {
    study.result(name, of: group, against: comparison)
  }

  func cell(
    _ name: String, _ group: Study.Group, against comparison: Study.Comparison = .none
  ) -> PaperTable.Cell {
    PaperTable.Cell(result(name, group, against: comparison))
  }

  /// The notes that belong beside numbers of final checkpoints.
  var notes: [String] {
    let note = Study.selectionNote(of: input.evaluation)
    return note.isEmpty ? [] : [note]
  }

  /// A number where the text is one.
  static func option(_ text: String?) -> PaperTable.Cell {
    guard let text else { return .none }
    if let whole = Int(text) { return .count(whole) }
    return .text(text)
  }

  func protocolNote(_ name: String) -> String? {
    input.evaluation.protocolNotes.first { $0.name == name }?.value
  }
}
