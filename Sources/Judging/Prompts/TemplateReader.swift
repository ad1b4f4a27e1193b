import Foundation

/// Reads the parts of a template, and says what is wrong with which line.
struct TemplateReader {
  private let lines: [Substring]
  private let name: String
  private(set) var subject = PromptTemplate.Subject.comparison
  private(set) var slots: Set<PromptSlot> = []
  private(set) var verdicts: [AllowedVerdict] = []
  private(set) var labels: [AllowedVerdict] = []
  private(set) var maximumTokens = 1024
  private(set) var system: [PromptTemplate.Piece] = []
  private(set) var user: [PromptTemplate.Piece] = []
  private var seen: Set<String> = []

  init(_ source: String, name: String) {
    lines = source.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
    self.name = name
  }

  mutating func read() throws(JudgingError) {
    let marks = lines.indices.filter { lines[$0] == "---" }
    guard marks.count >= 3, marks[0] == 0 else {
      throw mistake(0, "wants three parts, each after a line '---': header, system and user text")
    }
    for index in 1..<marks[1] { try readHeader(index) }
    guard seen.contains("asks"), seen.contains("slots") else {
      throw mistake(marks[1], "the header lacks '\(seen.contains("asks") ? "slots" : "asks")'")
    }
    try checkVerdicts(marks[1])
    system = try pieces(marks[1] + 1..<marks[2])
    user = try pieces(marks[2] + 1..<lines.count)
    let used = Set(
      (system + user).compactMap { piece in
        if case .slot(let slot) = piece { slot } else { nil }
      })
    let wanted: Set<PromptSlot> = subject == .comparison ? [.first, .second] : [.candidate]
    if let slot = slots.subtracting(used).union(wanted.subtracting(used)).map(\.rawValue).min() {
      throw mistake(marks[2], "the text lacks the slot {{\(slot)}}")
    }
  }

  private mutating func readHeader(_ index: Int) throws(JudgingError) {
    let line = lines[index]
    if line.allSatisfy(\.isWhitespace) { return }
    let parts = line.split(separator: ":", maxSplits: 1).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard parts.count == 2 else { throw mistake(index, "wants 'key: value'") }
    let (key, value) = (parts[0], parts[1])
    if key != "verdict", key != "label", !seen.insert(key).inserted {
      throw mistake(index, "'\(key)' is given twice; keep one")
    }
    switch key {
    case "asks":
      guard let subject = PromptTemplate.Subject(rawValue: value) else {
        throw mistake(index, "asks is 'comparison' or 'single', not '\(value)'")
      }
      self.subject = subject
    case "slots":
      for word in value.split(separator: ",") {
        let word = word.trimmingCharacters(in: .whitespaces)
        guard let slot = PromptSlot(rawValue: word) else {
          let all = PromptSlot.allCases.map(\.rawValue).joined(separator: ", ")
          throw mistake(index, "there is no slot '\(word)', only \(all)")
        }
        slots.insert(slot)
      }
    case "verdict", "label":
      guard let verdict = AllowedVerdict(value) else {
        throw mistake(
          index,
          "wants 'TEXT => first', 'second', 'tie', 'first-much' or 'second-much', or "
            + "'TEXT# => 1..10' with text around #")
      }
      if key == "verdict" { verdicts.append(verdict) } else { labels.append(verdict) }
    case "max-tokens":
      guard let count = Int(value), (1...65536).contains(count) else {
        throw mistake(index, "max-tokens is a whole number from 1 to 65536, not '\(value)'")
      }
      maximumTokens = count
    default:
      throw mistake(
        index, "unknown key '\(key)'; there are asks, slots, verdict, label, max-tokens")
    }
  }

  private func checkVerdicts(_ index: Int) throws(JudgingError) {
    guard verdicts.isEmpty != labels.isEmpty else {
      throw mistake(
        index,
        verdicts.isEmpty
          ? "the header allows no verdict" : "a template has verdicts or labels, not both")
    }
    let rates = (verdicts + labels).map { verdict in
      if case .rating = verdict.meaning { true } else { false }
    }
    guard rates.allSatisfy({ $0 == (subject == .single) }) else {
      throw mistake(
        index,
        subject == .single
          ? "a single candidate gets a number: 'verdict: Rating: [[#]] => 1..10'"
          : "a comparison prefers: 'verdict: Preferred: A => first'")
    }
  }

  /// Cuts a text at its slots.
  private func pieces(_ range: Range<Int>) throws(JudgingError) -> [PromptTemplate.Piece] {
    var pieces: [PromptTemplate.Piece] = []
    var text = ""
    for index in range {
      var rest = lines[index]
      if index > range.lowerBound { text += "\n" }
      while let open = rest.firstRange(of: "{{") {
        guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
          throw mistake(index, "a slot does not end; write {{prompt}}")
        }
        let word = rest[open.upperBound..<close.lowerBound]
          .trimmingCharacters(in: .whitespaces)
        guard let slot = PromptSlot(rawValue: word), slot == .code || slots.contains(slot) else {
          throw mistake(index, "the slot {{\(word)}} is not declared in the header's slots")
        }
        text += rest[..<open.lowerBound]
        if !text.isEmpty { pieces.append(.text(text)) }
        pieces.append(.slot(slot))
        text = ""
        rest = rest[close.upperBound...]
      }
      text += rest
    }
    let trimmed = text.trimmingCharacters(in: .newlines)
    if pieces.isEmpty, trimmed.isEmpty { return [] }
    if !trimmed.isEmpty { pieces.append(.text(pieces.isEmpty ? trimmed : text.trimmedAtEnd)) }
    return pieces
  }

  private func mistake(_ index: Int, _ problem: String) -> JudgingError {
    .template(path: name, line: index + 1, problem: problem)
  }
}

extension String {
  /// Without line ends at the end.
  fileprivate var trimmedAtEnd: String {
    var copy = self
    while copy.last?.isNewline == true { copy.removeLast() }
    return copy
  }
}
