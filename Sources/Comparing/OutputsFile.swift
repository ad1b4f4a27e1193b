import Corpus
import Foundation
import Runs

/// A file of a system's outputs: one row `{instruction, output}` for each prompt.
public struct OutputsFile {
  public struct Row: Equatable {
    /// From 1.
    public let number: Int
    public let instruction: String
    public let output: String
    public let dataset: String?
    /// What to look at in answers, a line for each point.
    public var checklist: String?
    /// What the output follows, where that is more than the words of the instruction.
    public var dialogue: Dialogue?
  }

  public let path: String
  /// What the rows call the system, or else the file's name.
  public let name: String
  /// The file's name without the extension of its format.
  public let stem: String
  /// Of the bytes of the file.
  public let sha256: String
  public let rows: [Row]
  /// Rows have no instruction: they belong to another file's rows line by line.
  public private(set) var isBare = false

  /// What a policy of a run wrote.
  init(path: String, name: String, sha256: String, rows: [Row]) {
    self.path = path
    self.name = name
    stem = path
    self.sha256 = sha256
    self.rows = rows
  }

  /// - Parameters:
  ///   - path: of a file, or `RUN/POLICY`: what a policy of a run wrote in its evaluation.
  ///   - turn: of conversations only so many turns; nil for all.
  ///   - allowsBare: rows may lack an instruction, all of them.
  /// - Throws: `CorpusError` with the places of wrong rows, at most twenty of them.
  public init(_ path: String, turn: Int? = nil, allowsBare: Bool = false) throws {
    if let outputs = try RunOutputs(path) {
      self = try outputs.file()
      return
    }
    var rows: [Row] = []
    var problems: [RowProblem] = []
    var generators: [String] = []
    var bare = 0
    try RecordReader(path: path).forEach(
      { record in
        do {
          let dataset = record.object["dataset"]?.string
          let asks = Self.questions + ["messages"]
          if allowsBare, !asks.contains(where: { record.object[$0] != nil }) {
            bare += 1
            rows.append(
              Row(
                number: rows.count + 1, instruction: "",
                output: try Self.text(record, Self.answers + ["text"]), dataset: dataset))
            return true
          }
          let talk = try Self.conversation(record, turn: turn)
          rows.append(
            Row(
              number: rows.count + 1, instruction: talk.prompt, output: talk.output,
              dataset: dataset, checklist: try Self.checklist(record)))
          if let name = record.object["generator"]?.string { generators.append(name) }
        } catch let wrong as Wrong {
          problems.append(wrong.problem)
        }
        return true
      }, problem: { problems.append($0) })
    if !problems.isEmpty {
      throw CorpusError.rows(Array(problems.prefix(20)), total: problems.count)
    }
    guard !rows.isEmpty else {
      throw CorpusError.file(path: path, problem: "has no rows; give a file of outputs")
    }
    guard bare == 0 || bare == rows.count else {
      throw CorpusError.file(
        path: path,
        problem: "has rows with and without an instruction; give all of them one, or none")
    }
    isBare = bare > 0
    self.path = path
    self.rows = rows
    let isNamed = generators.count == rows.count && generators.distinctTexts.count == 1
    stem = DataFile.stem(of: path)
    name = isNamed ? generators[0] : stem
    sha256 = try SHA256.hex(ofFile: URL(filePath: path))
  }

  private struct Wrong: Error {
    let problem: RowProblem
  }

  private static let questions = ["instruction", "prompt", "question"]
  private static let answers = ["output", "completion", "response"]

  /// What was said: one question and its answer, lists of both, or messages.
  private static func conversation(_ record: Record, turn: Int?) throws -> ConversationRow {
    func wrong(_ field: String, _ problem: String, _ advice: String) -> Wrong {
      let position = record.object.member(field)?.position ?? record.position
      return Wrong(
        problem: RowProblem(
          file: record.file, position: position, field: field, problem: problem, advice: advice))
    }
    let talk: ConversationRow
    let field: String
    if let messages = record.object["messages"]?.array {
      field = "messages"
      let said = messages.map { ($0.object?["role"]?.string, $0.object?["content"]?.string) }
      let turns = said.filter { $0.0 != "system" }
      guard turns.count > 1, turns.count % 2 == 0,
        turns.enumerated().allSatisfy({
          $1.0 == ($0 % 2 == 0 ? "user" : "assistant") && $1.1 != nil
        })
      else {
        throw wrong(
          field, "is no conversation of user and assistant in turns",
          "begin with the user and end with the assistant; contents are texts")
      }
      let words = turns.compactMap(\.1)
      talk = ConversationRow(
        questions: words.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
        answers: words.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
    } else if let member = questions.lazy.compactMap({ record.object.member($0) }).first,
      let asked = member.value.array
    {
      field = member.key
      let own = answers.lazy.compactMap { record.object[$0]?.array }.first ?? []
      talk = ConversationRow(
        questions: asked.compactMap(\.string), answers: own.compactMap(\.string))
      guard !asked.isEmpty, talk.questions.count == asked.count,
        talk.answers.count == own.count, asked.count == own.count
      else {
        throw wrong(
          field, "has \(asked.count) turns, and there are \(own.count) answers",
          "instruction and output are lists of as many texts")
      }
    } else {
      field = "turn"
      talk = ConversationRow(
        questions: [try text(record, questions)], answers: [try text(record, answers)])
    }
    guard let turn else { return talk }
    guard turn <= talk.questions.count else {
      throw wrong(
        field, "has \(talk.questions.count) turns, and --turn asks for \(turn)",
        "give a smaller --turn, or leave such rows out")
    }
    return talk.upTo(turn)
  }

  /// A list of texts as lines; nil where a row has none.
  private static func checklist(_ record: Record) throws -> String? {
    guard let member = record.object.member("checklist") else { return nil }
    guard let points = member.value.array?.compactMap(\.string), !points.isEmpty,
      points.count == member.value.array?.count
    else {
      throw Wrong(
        problem: RowProblem(
          file: record.file, position: member.position, field: "checklist",
          problem: "is \(member.value.kind)", advice: "it must be a list of texts"))
    }
    return points.map { "- \($0)" }.joined(separator: "\n")
  }

  /// A text under the first of a few names, with the `input` of alpaca's rows behind an instruction.
  private static func text(_ record: Record, _ names: [String]) throws -> String {
    guard let member = names.lazy.compactMap({ record.object.member($0) }).first else {
      throw Wrong(
        problem: RowProblem(
          file: record.file, position: record.position, field: names[0], problem: "is missing",
          advice: "each row has an instruction and an output"))
    }
    guard let text = member.value.string else {
      throw Wrong(
        problem: RowProblem(
          file: record.file, position: member.position, field: member.key,
          problem: "is \(member.value.kind)", advice: "it must be a text"))
    }
    guard member.key == "instruction", let input = record.object["input"]?.string, !input.isEmpty
    else { return text }
    return text + "\n\n" + input
  }

  /// The rows of another file in the order of this one's: each instruction's first row with its first
  /// row there, the second with the second.
  ///
  /// - Throws: `CorpusError` where the files are not about the same prompts.
  public func matching(_ other: OutputsFile, allowsMore: Bool = false) throws -> [Row] {
    var found: [ByteText: [Row]] = [:]
    for row in other.rows.reversed() {
      found[ByteText(row.instruction), default: []].append(row)
    }
    var missing: [Row] = []
    var matched: [Row] = []
    for row in rows {
      if let match = found[ByteText(row.instruction)]?.popLast() {
        matched.append(match)
      } else {
        missing.append(row)
      }
    }
    if let first = missing.first {
      throw CorpusError.file(
        path: other.path,
        problem:
          "lacks \(missing.count) of the \(rows.count) prompts of \(path), the first being its "
          + "row \(first.number); give files about the same prompts")
    }
    if !allowsMore, other.rows.count > rows.count {
      throw CorpusError.file(
        path: other.path,
        problem:
          "has \(other.rows.count - rows.count) rows more than \(path); give files about the "
          + "same prompts")
    }
    return matched
  }
}
