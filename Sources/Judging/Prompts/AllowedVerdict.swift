import Foundation
import Runs

/// One line that a template lets the judge end with, and what it means.
public struct AllowedVerdict: Sendable, Equatable {
  public enum Meaning: Sendable, Equatable {
    /// How much the first candidate is preferred, and the name that records give it.
    case preference(Double, label: String)
    /// A number takes the place of `#`.
    case rating(ClosedRange<Double>)
  }

  /// The whole line, as in `Preferred: A` or `Rating: [[#]]`.
  public let text: String
  public let meaning: Meaning

  /// The words that a template's header may put behind `=>`.
  static let words: [String: Meaning] = [
    "first": .preference(1, label: "A"),
    "second": .preference(0, label: "B"),
    "tie": .preference(0.5, label: "tie"),
    "first-much": .preference(1, label: "A>>B"),
    "second-much": .preference(0, label: "B>>A"),
  ]

  /// Reads `TEXT => MEANING`; nil where it is neither a preference nor a range like `1..10`.
  init?(_ line: String) {
    guard let arrow = line.range(of: "=>", options: .backwards) else { return nil }
    text = line[..<arrow.lowerBound].trimmingCharacters(in: .whitespaces)
    let word = line[arrow.upperBound...].trimmingCharacters(in: .whitespaces)
    if let meaning = Self.words[word] {
      self.meaning = meaning
    } else {
      let ends = word.components(separatedBy: "..").compactMap(Double.init)
      guard ends.count == 2, ends[0] < ends[1], text.split(separator: "#").count == 2 else {
        return nil
      }
      meaning = .rating(ends[0]...ends[1])
    }
    guard !text.isEmpty else { return nil }
  }

  /// What a line of a reply says, where it is this verdict and nothing else.
  ///
  /// - Parameter line: as ``VerdictLine/plain(_:)`` leaves it.
  func verdict(in line: String) -> Verdict? {
    switch meaning {
    case .preference(let share, let label):
      // Bytes, because equal strings may be written with different characters.
      guard line.utf8.elementsEqual(text.utf8) else { return nil }
      return Verdict(label: label, preference: share)
    case .rating(let range):
      let parts = text.split(separator: "#", maxSplits: 1).map(String.init)
      guard line.utf8.starts(with: parts[0].utf8),
        line.utf8.reversed().starts(with: parts[1].utf8.reversed())
      else { return nil }
      let digits = line.utf8.dropFirst(parts[0].utf8.count).dropLast(parts[1].utf8.count)
      guard !digits.isEmpty, digits.count <= 8,
        digits.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
        let value = Double(String(decoding: digits, as: UTF8.self)), range.contains(value)
      else { return nil }
      return Verdict(label: String(decoding: digits, as: UTF8.self), score: value)
    }
  }
}
