import Command
import Corpus
import Judging
import Runs

/// What the files of a judging say, matched prompt by prompt.
struct JudgingInput {
  let first: OutputsFile
  let second: OutputsFile
  /// What results call the two: names that differ.
  let names: [String]
  let reference: OutputsFile?
  let pairs: [JudgingPair]
  /// Rows of the first file that the pairs come from.
  let rows: [OutputsFile.Row]

  init(_ request: JudgeRequest) throws {
    let (first, second) = try Self.files(request)
    let reference = try request.reference.map {
      try OutputsFile($0, turn: request.turn, allowsBare: true)
    }
    let others = try first.matching(second)
    let references = try reference.map { try Self.references(first, $0) }
    let count = min(request.limit ?? first.rows.count, first.rows.count)
    rows = Array(first.rows.prefix(count))
    let checklists = try Checklists([first, second] + [reference].compactMap(\.self))
    var ids: [ByteText: String] = [:]
    var pairs: [JudgingPair] = []
    for (index, row) in rows.enumerated() {
      // Rows of one prompt share the number of the first, so that they count as one cluster.
      let id = ids[ByteText(row.instruction)] ?? "\(row.number)"
      ids[ByteText(row.instruction)] = id
      pairs.append(
        JudgingPair(
          id: id, prompt: row.dialogue ?? .text(row.instruction), first: row.output,
          second: others[index].output,
          reference: references?[index].output,
          checklist: checklists[row.instruction]))
    }
    self.pairs = pairs
    names = Self.names(first, second)
    self.first = first
    self.second = second
    self.reference = reference
  }

  /// By prompt, or, where the references name none, line by line.
  static func references(
    _ first: OutputsFile, _ reference: OutputsFile
  ) throws -> [OutputsFile.Row] {
    guard reference.isBare else { return try first.matching(reference, allowsMore: true) }
    guard reference.rows.count == first.rows.count else {
      throw CorpusError.file(
        path: reference.path,
        problem: "has \(reference.rows.count) references without instructions for the "
          + "\(first.rows.count) rows of \(first.path); give one a line")
    }
    return reference.rows
  }

  /// Two files; or, of a run alone, its one policy and the reference.
  private static func files(_ request: JudgeRequest) throws -> (OutputsFile, OutputsFile) {
    if let second = request.second {
      return (
        try OutputsFile(request.first, turn: request.turn),
        try OutputsFile(second, turn: request.turn)
      )
    }
    guard let run = try RunOutputs(request.first), run.isWhole else {
      throw CommandError.missingOperand(command: "judge", operands: "A B")
    }
    let files = try run.files()
    guard files.count == 2 else {
      let offer = files.map(\.path).joined(separator: ", ")
      throw CorpusError.file(
        path: request.first, problem: "is a run; name two of what its policies wrote: \(offer)")
    }
    return (files[1], files[0])
  }

  /// What the rows say, or else the files' names, or else the files as they were typed.
  private static func names(_ first: OutputsFile, _ second: OutputsFile) -> [String] {
    let ways = [\OutputsFile.name, \.stem, \.path]
    let way = ways.first { ByteText(first[keyPath: $0]) != ByteText(second[keyPath: $0]) }
    return [first, second].map { $0[keyPath: way ?? \.name] }
  }

  /// That several rows are about one prompt; nil where none are.
  static func repetition(rows: Int, prompts: Int) -> String? {
    guard rows > prompts else { return nil }
    return "\(rows) rows of \(prompts) prompts: rows of one prompt count as one observation"
  }

  func record(_ request: JudgeRequest, judge: JudgeIdentity, canaries: Int) -> JudgingRecord {
    func file(_ file: OutputsFile, _ name: String) -> JudgingRecord.File {
      JudgingRecord.File(name: name, sha256: file.sha256, rows: file.rows.count)
    }
    return JudgingRecord(
      version: Plumb.version, judge: judge, first: file(first, names[0]),
      second: file(second, names[1]), reference: reference.map { file($0, $0.name) },
      limit: request.limit, canaries: canaries,
      seed: request.seed, stop: request.stop, turn: request.turn)
  }
}
