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

  /// What a policy of a run wrote.
  init(path: String, name: String, sha256: String, rows: [Row]) {
    self.path = path
    self.name = name
    stem = path
    self.sha256 = sha256
    self.rows = rows
  }

  /// - Parameter path: of a file, or `RUN/POLICY`: what a policy of a run wrote in its evaluation.
  /// - Throws: `CorpusError` with the places of wrong rows, at most twenty of them.
  public init(_ path: String) throws {
    if let outputs = try RunOutputs(path) {
      self = try outputs.file()
      return
    }
    var rows: [Row] = []
    var problems: [RowProblem] = []
    var generators: [String] = []
    try RecordReader(path: path).forEach(
      { record in
        do {
          let dataset = record.object["dataset"]?.string
          let row = Row(
            number: rows.count + 1,
            instruction: try Self.text(record, ["instruction", "prompt", "question"]),
            output: try Self.text(record, ["output", "completion", "response"]), dataset: dataset)
          rows.append(row)
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
