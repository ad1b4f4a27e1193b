import Command
import Corpus
import Foundation
import Report
import Runs

/// `plumb bench rows FILE` and `plumb bench tokens FOLDER FILE COLUMN`: how fast rows are read and texts
/// are cut into tokens; one JSON line, for `benchmarks/reading`.
struct ReadingBench {
  /// Of one of three turns, in the middle.
  private struct Line: Encodable {
    var what: String
    var rows: Int
    /// Of texts, where tokens are counted, else of the file.
    var bytes: Int
    var tokens: Int?
    /// Of the processor.
    var seconds: Double
  }

  private let output = Output(format: .json, isQuiet: false)

  static func main(_ arguments: [String]) -> ExitCode {
    let bench = ReadingBench()
    do {
      switch (arguments.first, arguments.count) {
      case ("rows", 2): try bench.rows(arguments[1])
      case ("tokens", 4): try bench.tokens(arguments[1], arguments[2], column: arguments[3])
      default:
        bench.output.complain("bench: rows FILE or tokens FOLDER FILE COLUMN")
        return .usage
      }
      return .success
    } catch {
      bench.output.complain("bench: \(error)")
      return .fileSystem
    }
  }

  private func rows(_ path: String) throws {
    let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    var rows = 0
    let seconds = try middle {
      rows = 0
      try Self.read(path) { _ in rows += 1 }
    }
    try output.print(json: Line(what: "rows", rows: rows, bytes: bytes, seconds: seconds))
  }

  private func tokens(_ folder: String, _ path: String, column: String) throws {
    let tokenizer = try Tokenizer.load(directory: URL(filePath: folder))
    var texts: [String] = []
    try Self.read(path) { row in
      if let text = row.object[column]?.string { texts.append(text) }
    }
    var tokens = 0
    let seconds = try middle { tokens = texts.reduce(0) { $0 + tokenizer.encode($1).count } }
    try output.print(
      json: Line(
        what: "tokens", rows: texts.count, bytes: texts.reduce(0) { $0 + $1.utf8.count },
        tokens: tokens, seconds: seconds))
  }

  private static func read(_ path: String, _ body: (Record) -> Void) throws {
    try RecordReader(path: path).forEach { row in
      body(row)
      return true
    } problem: {
      throw CorpusError.file(path: path, problem: "\($0)")
    }
  }

  /// Processor seconds of the middle of three turns.
  private func middle(_ work: () throws -> Void) throws -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    return try (0..<3).map { _ in
      let start = now()
      try work()
      return now() - start
    }.sorted()[1]
  }
}
