import Foundation
import Runs

/// Where everything of one judging lies.
///
/// ```
/// judge.json       what is asked, of whom
/// ledger.jsonl     every request and every answer, as they came
/// judgments.jsonl  one line for each comparison, in the order of the files
/// texts.jsonl      the texts that were compared, under their hashes; unless they are left out
/// summary.json     all numbers
/// spending.json    requests, tokens and dollars
/// drift.json       old answers that were asked again; where there were such
/// servers.json     what servers do not take, and how they are asked instead; where there are such
/// ```
public struct JudgingDirectory: Sendable {
  public let url: URL

  public init(_ url: URL) { self.url = url }

  public var record: URL { url.appending(path: "judge.json") }
  public var ledger: URL { url.appending(path: "ledger.jsonl") }
  public var judgments: URL { url.appending(path: "judgments.jsonl") }
  public var texts: URL { url.appending(path: "texts.jsonl") }
  public var summary: URL { url.appending(path: "summary.json") }
  public var drift: URL { url.appending(path: "drift.json") }
  public var servers: URL { url.appending(path: "servers.json") }
  public var spending: URL { url.appending(path: "spending.json") }

  /// Takes the folder for one process, and checks that what was begun in it is what is asked now. A
  /// folder in which nothing was asked binds nobody: a mistake in the command can be corrected.
  ///
  /// - Throws: ``JudgingError/changed(path:what:)``, or `RunError` where another process is at work.
  public func begin(_ asked: JudgingRecord) throws -> RunLock {
    let lock = try RunLock.acquire(RunDirectory(url))
    // What a killed process left half-written.
    try AtomicFile.sweep(url)
    if FileManager.default.fileExists(atPath: record.path) {
      let earlier = try RecordFile.read(JudgingRecord.self, from: record)
      let differences = asked.differences(from: earlier)
      if differences.isEmpty { return lock }
      guard isUntouched else {
        throw JudgingError.changed(path: url.path, what: differences)
      }
    }
    try RecordFile.write(asked, to: record)
    return lock
  }

  /// Neither a request nor an answer is on record.
  private var isUntouched: Bool {
    let size = (try? ledger.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
    let results = [judgments, url.appending(path: TournamentRecord.file)]
    return size == 0 && !results.contains { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// Writes what came of it; the same judgments give the same bytes.
  ///
  /// - Parameter words: the texts; nil leaves them out, and takes away those of an earlier process.
  public func finish(
    _ pairs: [JudgedPair], _ words: [JudgedText]?, _ results: JudgingSummary, _ spent: Spending,
    _ lessons: [DialectBook.Lesson]
  ) throws {
    try RecordFile.write(lines: pairs, to: judgments)
    if let words {
      try RecordFile.write(lines: words, to: texts)
    } else if FileManager.default.fileExists(atPath: texts.path) {
      try FileManager.default.removeItem(at: texts)
    }
    try RecordFile.write(results, to: summary)
    try RecordFile.write(sealing: spent, to: spending)
    if !lessons.isEmpty { try RecordFile.write(lessons, to: servers) }
  }
}
