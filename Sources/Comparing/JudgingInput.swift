import Command
import Judging
import Runs

/// What the files of a judging say, matched prompt by prompt.
struct JudgingInput {
  let first: OutputsFile
  let second: OutputsFile
  let reference: OutputsFile?
  let pairs: [JudgingPair]
  /// Rows of the first file that the pairs come from.
  let rows: [OutputsFile.Row]

  init(_ request: JudgeRequest) throws {
    let first = try OutputsFile(request.first)
    let second = try OutputsFile(request.second)
    let reference = try request.reference.map(OutputsFile.init)
    let others = try first.matching(second)
    let references = try reference.map { try first.matching($0, allowsMore: true) }
    let count = min(request.limit ?? first.rows.count, first.rows.count)
    rows = Array(first.rows.prefix(count))
    var ids: [String: String] = [:]
    var pairs: [JudgingPair] = []
    for (index, row) in rows.enumerated() {
      // Rows of one prompt share the number of the first, so that they count as one cluster.
      let id = ids[row.instruction] ?? "\(row.number)"
      ids[row.instruction] = id
      pairs.append(
        JudgingPair(
          id: id, prompt: row.instruction, first: row.output, second: others[index].output,
          reference: references?[index].output))
    }
    self.pairs = pairs
    self.first = first
    self.second = second
    self.reference = reference
  }

  func record(_ request: JudgeRequest, judge: JudgeIdentity, canaries: Int) -> JudgingRecord {
    func file(_ file: OutputsFile) -> JudgingRecord.File {
      JudgingRecord.File(name: file.name, sha256: file.sha256, rows: file.rows.count)
    }
    return JudgingRecord(
      version: Plumb.version, judge: judge, first: file(first), second: file(second),
      reference: reference.map(file), limit: request.limit, canaries: canaries,
      seed: request.seed)
  }
}
