import Corpus
import Foundation
import Runs
import Torch

/// An oracle that is wrong now and then: an answer P becomes 1 − P with a fixed probability.
///
/// Which questions are turned round depends on the seed, the prompt and the two completions alone, not
/// on their order: one pair of completions is wrong in both orders or in none, and however often it is asked,
/// as with a labeller who is sure of a mistake. A verdict drawn from 1 − P is a verdict drawn from P and
/// turned round.
public struct FlippedOracle: PreferenceOracle {
  public let base: any PreferenceOracle
  /// In [0, ½].
  public let share: Double
  public let seed: UInt64

  public init(_ base: any PreferenceOracle, share: Double, seed: UInt64) {
    self.base = base
    self.share = share
    self.seed = seed
  }

  public var name: String { "\(base.name), \(share) flipped, seed \(seed)" }

  public func preferences(_ questions: [PreferenceQuestion]) throws -> [Double?] {
    zip(questions, try base.preferences(questions)).map { question, answer in
      isFlipped(question) ? answer.map { 1 - $0 } : answer
    }
  }

  public func note(on question: PreferenceQuestion) -> String? {
    let notes = [base.note(on: question), isFlipped(question) ? "flipped" : nil]
    let words = notes.compactMap(\.self)
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  public func mainReason() throws -> String? { try base.mainReason() }

  private func isFlipped(_ question: PreferenceQuestion) -> Bool {
    question.uniform(seed: seed, "flip") < share
  }
}
