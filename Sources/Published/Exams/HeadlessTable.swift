import Corpus
import Runs

/// MMLU's own tables: question, choices and the letter of the right one, without a header.
struct HeadlessTable {
  private(set) var items: [ExamItem] = []
  private(set) var problems: [RowProblem] = []
  private let path: String
  /// Choices of the rows that are taken.
  private var width: Int?

  /// - Returns: nil for every other file.
  /// - Throws: ``PublishedError`` for one that cannot be read.
  init?(_ path: String) throws(PublishedError) {
    guard DataFile.isTable(path) else { return nil }
    self.path = path
    let bytes: [UInt8]
    do {
      bytes = try DataFile.bytes(path)
    } catch {
      throw .unreadable(error)
    }
    var reader = DelimitedReader(bytes)
    do {
      while let fields = try reader.next() {
        if items.isEmpty, problems.isEmpty, !Self.isQuestion(fields) { return nil }
        read(fields)
      }
    } catch {
      if items.isEmpty, problems.isEmpty { return nil }
      problems.append(
        RowProblem(
          file: path, position: error.position, field: nil, problem: error.problem,
          advice: error.advice, endsReading: true))
    }
    if items.isEmpty, problems.isEmpty { return nil }
  }

  private static func isQuestion(_ fields: [DelimitedReader.Field]) -> Bool {
    guard fields.count >= 4, let last = fields.last?.text else { return false }
    return ExamLayout.letters.contains(last)
  }

  private mutating func read(_ fields: [DelimitedReader.Field]) {
    let letters = ExamLayout.letters
    let choices = fields.dropFirst().dropLast().map(\.text)
    let letter = fields[fields.count - 1].text
    if choices.count < 2 {
      note(
        fields[0], "\(fields.count) columns",
        "give the question, two choices or more, and a letter")
    } else if choices.count > letters.count {
      note(fields[0], "\(choices.count) choices", "letters end at Z; give at most 26")
    } else if let width, width != choices.count {
      note(
        fields[0], "\(choices.count) choices, and the rows before have \(width)",
        "give every question as many")
    } else if let empty = choices.firstIndex(of: "") {
      note(fields[empty + 1], "choice \(letters[empty]) is empty", "give it a text")
    } else if let right = letters.firstIndex(of: letter), right < choices.count {
      width = choices.count
      items.append(
        ExamLayout.lettered(
          fields[0].text, choices: choices, right: right,
          subject: ExamLayout.subject(ofFile: path)))
    } else {
      note(
        fields[fields.count - 1],
        "the answer is \(JSONText.line(.string(letter))), and there are \(choices.count) choices",
        "give a letter from A to \(letters[choices.count - 1])")
    }
  }

  private mutating func note(
    _ field: DelimitedReader.Field, _ problem: String, _ advice: String
  ) {
    problems.append(
      RowProblem(
        file: path, position: field.position, field: nil, problem: problem, advice: advice))
  }
}
