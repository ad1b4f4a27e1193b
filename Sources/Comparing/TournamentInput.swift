import Command
import Corpus
import Judging
import Runs

/// The outputs of several systems to the same prompts, as pairs to judge.
struct TournamentInput {
  let files: [OutputsFile]
  /// What results call them: names that differ.
  let names: [String]
  private let reference: [OutputsFile.Row]?
  /// Of each file, in the order of the first.
  private let rows: [[OutputsFile.Row]]
  private let ids: [String]
  private let checklists: Checklists

  init(_ request: JudgeRequest) throws {
    let paths = [request.first] + [request.second].compactMap(\.self) + request.others
    let files = try paths.map { try OutputsFile($0, turn: request.turn) }
    let first = files[0]
    let references = try request.reference.map {
      try OutputsFile($0, turn: request.turn, allowsBare: true)
    }
    let reference = try references.map { try JudgingInput.references(first, $0) }
    checklists = try Checklists(files + [references].compactMap(\.self))
    let count = min(request.limit ?? first.rows.count, first.rows.count)
    rows = try files.enumerated().map { place, file in
      Array((place == 0 ? file.rows : try first.matching(file)).prefix(count))
    }
    var known: [ByteText: String] = [:]
    ids = rows[0].map { row in
      let id = known[ByteText(row.instruction)] ?? "\(row.number)"
      known[ByteText(row.instruction)] = id
      return id
    }
    names = try Self.names(files)
    self.files = files
    self.reference = reference
  }

  /// What the rows say, or else the files' names, or else the files as they were typed.
  private static func names(_ files: [OutputsFile]) throws -> [String] {
    for way in [\OutputsFile.name, \.stem, \.path] {
      let names = files.map { $0[keyPath: way] }
      if Set(names.map { ByteText($0) }).count == names.count { return names }
    }
    throw CorpusError.file(
      path: files[0].path, problem: "stands there twice; give each system once")
  }

  /// Of each system.
  var rowCount: Int { ids.count }

  /// Prompts, each counted once.
  var prompts: Int { Set(ids.map { ByteText($0) }).count }

  /// Two systems on all prompts.
  func pairs(_ first: Int, _ second: Int) -> [JudgingPair] {
    rows[first].indices.map { index in
      let (one, other) = (rows[first][index], rows[second][index])
      return JudgingPair(
        id: ids[index], prompt: rows[0][index].dialogue ?? .text(rows[0][index].instruction),
        first: one.output, second: other.output, reference: reference?[index].output,
        checklist: checklists[rows[0][index].instruction])
    }
  }

  /// What a tournament is about; one that was stopped goes on only with the same.
  func record(_ request: JudgeRequest, judge: JudgeIdentity, canaries: Int) -> JudgingRecord {
    func file(_ place: Int) -> JudgingRecord.File { self.file(place) }
    let rest = files.indices.dropFirst().map(file)
    return JudgingRecord(
      version: Plumb.version, judge: judge, first: file(0),
      second: JudgingRecord.File(
        name: rest.map(\.name).joined(separator: ", "),
        sha256: SHA256.hex(of: rest.map(\.sha256).joined(separator: " ")),
        rows: rest.reduce(0) { $0 + $1.rows }),
      reference: reference.map { rows in
        JudgingRecord.File(
          name: request.reference ?? "",
          sha256: SHA256.hex(of: rows.map(\.output).joined(separator: "\u{0}")), rows: rows.count)
      }, limit: request.limit, canaries: canaries, seed: request.seed, stop: request.stop,
      turn: request.turn)
  }

  func file(_ place: Int) -> JudgingRecord.File {
    JudgingRecord.File(
      name: names[place], sha256: files[place].sha256, rows: files[place].rows.count)
  }
}
