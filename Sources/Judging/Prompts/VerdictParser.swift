import Foundation
import Runs

/// Finds the verdict in what a judge wrote, or says why there is none.
///
/// A verdict counts only as a line of its own that is the last of the reply, outside code blocks and
/// reasoning. Two different verdicts in one reply are none: nothing is searched for in prose, and
/// nothing is guessed.
public struct VerdictParser: Sendable {
  /// Part of every key that answers are remembered under: raise it when the same reply would be
  /// read differently.
  public var version: String { template.labels.isEmpty ? "1" : "2" }

  /// The probability that the labels must have together where one of them is not among the likeliest
  /// tokens. Above one half, what is missing cannot outweigh what was seen.
  public static let leastMass = 0.5

  private let template: PromptTemplate

  public init(_ template: PromptTemplate) { self.template = template }

  /// Reads a written verdict.
  public func judgment(of reply: String) -> Judgment {
    guard reply.contains(where: { !$0.isWhitespace }) else {
      return Judgment(.empty, reason: "the reply is empty")
    }
    guard let text = VerdictLine.withoutReasoning(reply) else {
      return Judgment(.unparsable, reason: "the reasoning does not end")
    }
    var isCode = false
    var found: [Verdict] = []
    var endsWithVerdict = false
    for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }) {
      let start = line.drop { $0 == " " || $0 == "\t" }
      if start.isEmpty { continue }
      if start.hasPrefix("```") || start.hasPrefix("~~~") {
        isCode.toggle()
        endsWithVerdict = false
        continue
      }
      let plain = VerdictLine.plain(line)
      let verdict = isCode ? nil : template.verdicts.lazy.compactMap { $0.verdict(in: plain) }.first
      endsWithVerdict = verdict != nil
      if let verdict, !found.contains(verdict) { found.append(verdict) }
    }
    if found.count > 1 {
      let labels = found.map(\.label).joined(separator: " and ")
      return Judgment(.unparsable, reason: "the reply holds \(labels)")
    }
    if let verdict = found.first, endsWithVerdict { return Judgment(verdict: verdict) }
    if found.isEmpty, Self.declines(text) {
      return Judgment(.refused, reason: "the judge declines")
    }
    return Judgment(
      .unparsable,
      reason: found.isEmpty ? "no verdict on the last line" : "text follows the verdict")
  }

  /// Reads a verdict from the probabilities of the first token.
  ///
  /// A label that is missing has a probability that nobody told: it counts as 0 where the others have
  /// ``leastMass``, and leaves the verdict unresolved where they have not.
  ///
  /// - Parameter probabilities: of the likeliest tokens; tokens that differ only by space are one
  ///   label.
  public func judgment(of probabilities: [String: Double]) -> Judgment {
    var shares: [ByteText: Double] = [:]
    for (token, probability) in probabilities {
      shares[ByteText(Self.label(of: token)), default: 0] += probability
    }
    var mass = 0.0
    var weighted = 0.0
    var missing: [String] = []
    for label in template.labels {
      guard case .preference(let share, _) = label.meaning else { continue }
      let found = shares[ByteText(label.text)]
      if found == nil { missing.append(label.text) }
      let probability = found ?? 0
      mass += probability
      weighted += probability * share
    }
    guard mass > 0 else {
      return Judgment(
        .unparsable,
        reason: "none of the likeliest tokens is "
          + template.labels.map(\.text).joined(separator: " or "))
    }
    guard missing.isEmpty || mass >= Self.leastMass else {
      let known = String((mass * 1000).rounded() / 1000)
      return Judgment(
        .unresolved,
        reason:
          "\(missing.joined(separator: " and ")) is not among the likeliest tokens, and the other "
          + "labels have probability \(known) together, less than \(Self.leastMass)")
    }
    let share = weighted / mass
    return Judgment(
      verdict: Verdict(
        label: share > 0.5 ? "A" : share < 0.5 ? "B" : "tie", preference: share,
        mass: min(1, mass)))
  }

  /// A token without the spaces around it.
  static func label(of token: String) -> String {
    let text = token.unicodeScalars.drop { Self.spaces.contains($0) }
    return String(String.UnicodeScalarView(text)).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Space, and the signs that tokenizers write for it.
  private static let spaces: Set<Unicode.Scalar> = [" ", "\n", "\t", "\u{2581}", "\u{0120}"]

  /// Openings of replies that answer nothing; looked at only where there is no verdict.
  private static func declines(_ text: Substring) -> Bool {
    let start = text.drop { $0.isWhitespace }.prefix(60).lowercased().replacing("’", with: "'")
    let openings = [
      "i'm sorry", "i am sorry", "sorry, ", "i cannot", "i can't", "i won't", "i will not",
      "i'm unable", "i am unable", "i'm not able", "i am not able", "as an ai",
      "i must decline", "i have to decline",
    ]
    return openings.contains { start.hasPrefix($0) }
  }
}
