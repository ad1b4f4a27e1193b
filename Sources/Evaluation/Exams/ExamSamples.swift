import Foundation
import Published
import Runs

extension Examination {
  /// Writes every answer with its grades: `<policy>/samples_<exam>.jsonl`, in the layout of
  /// lm-evaluation-harness's samples, so that what reads those, `plumb leaderboard` among them, reads it.
  func write(_ answers: [[[ExamAnswer]]]) throws {
    for (name, lines) in try lines(answers) {
      let file = directory.appending(path: name)
      try Folder.make(file.deletingLastPathComponent())
      try AtomicFile.write(lines, to: file)
    }
  }

  /// Those files, by their paths below the directory.
  func lines(_ answers: [[[ExamAnswer]]]) throws -> [(name: String, lines: Data)] {
    try subjects.enumerated().flatMap { subject, entry in
      try papers.enumerated().map { place, paper in
        let file = "samples_\(WorkFolder.name(of: paper.settings.name)).jsonl"
        return (
          "\(WorkFolder.name(of: entry.policy.id))/\(file)",
          try ExamSample.lines(grade(answers, subject: subject, paper: place))
        )
      }
    }
  }
}

/// A line of those files.
private struct ExamSample: Encodable {
  var index: Int
  var hash: String
  var item: ExamItem
  var answer: ExamAnswer
  /// Means of the item's values, by metric.
  var grades: [String: Double]

  static func lines(_ grade: ExamGrade) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let values = grade.values
    var lines = Data()
    for (index, (item, answer)) in zip(grade.paper.items, grade.answers).enumerated() {
      var grades: [String: Double] = [:]
      for value in values where value.counts == nil && !value.rows[index].isEmpty {
        grades[value.metric.name] =
          value.rows[index].reduce(0, +) / Double(value.rows[index].count)
      }
      lines += try encoder.encode(
        ExamSample(
          index: index, hash: SHA256.hex(of: item.texts.joined(separator: "\u{0}")), item: item,
          answer: answer, grades: grades))
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var line = encoder.container(keyedBy: Key.self)
    try line.encode(index, forKey: Key("doc_id"))
    try line.encode(hash, forKey: Key("doc_hash"))
    try line.encode(target, forKey: Key("target"))
    try line.encodeIfPresent(item.id, forKey: Key("id"))
    try line.encodeIfPresent(item.category, forKey: Key("category"))
    if answer.isMissing {
      try line.encode("too long", forKey: Key("missing"))
      return
    }
    if !answer.texts.isEmpty {
      try line.encode(answer.texts, forKey: Key("filtered_resps"))
      try line.encode(answer.finished, forKey: Key("finished"))
    } else {
      try line.encode(
        answer.scores, forKey: Key(answer.areRewards ? "rewards" : "log_likelihoods"))
    }
    try line.encode(answer.tokens, forKey: Key("tokens"))
    if answer.isCut { try line.encode("beginning", forKey: Key("cut")) }
    for (name, value) in grades.sorted(by: { $0.key < $1.key }) {
      try line.encode(value, forKey: Key(name))
    }
  }

  /// The right answer in words: the place of a choice, the answer's text, or how many are right.
  private var target: String {
    switch item.question {
    case .choices(let choices):
      choices.indices.filter { choices[$0].isRight }.map(String.init).joined(separator: ",")
    case .answer(let text): text
    case .text: ""
    case .completions(let correct, _): "\(correct.count)"
    }
  }
}
