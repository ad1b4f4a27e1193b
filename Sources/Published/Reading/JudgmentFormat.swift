import Corpus
import Foundation
import Runs

/// What a file of judgments is, by the fields of its first row.
public enum JudgmentFormat: Sendable, Equatable {
  case alpacaEval
  case arenaHard
  /// Pairs of MT-bench.
  case mtBench
  /// Single scores of MT-bench, or of Arena-Hard's predecessor.
  case scores
  /// `judgments.jsonl` of `plumb judge`.
  case judging
  /// What `plumb judge --export jsonl` writes.
  case comparisons
  /// What a page of `plumb annotate` saves.
  case annotation
  /// What `plumb annotate` writes beside the page.
  case annotationKey

  /// - Throws: ``PublishedError`` where the file cannot be read, or is none of these.
  public init(path: String) throws(PublishedError) {
    if let found = try Self.ofObject(path) {
      self = found
      return
    }
    var found: JudgmentFormat?
    var problem: RowProblem?
    do {
      try RecordReader(path: path).forEach { record in
        found = Self.ofRow(record.object)
        return false
      } problem: {
        problem = problem ?? $0
      }
    } catch let error as CorpusError {
      throw .unreadable(error)
    } catch {
      throw .content(file: path, problem: "cannot be read: \(error)", advice: "check the disk")
    }
    if let problem, found == nil { throw .rows([problem], total: 1) }
    guard let found else {
      throw .content(
        file: path, problem: "is no file of judgments",
        advice: "give annotations of AlpacaEval, judgments of Arena-Hard or MT-bench, "
          + "judgments.jsonl of plumb judge, or answers that a page of plumb annotate saved")
    }
    self = found
  }

  private static func ofRow(_ row: JSONObject) -> JudgmentFormat? {
    if row["output_1"] != nil, row["preference"] != nil { return .alpacaEval }
    if row["games"] != nil { return .arenaHard }
    if row["g1_winner"] != nil { return .mtBench }
    if row["judgment"]?.object != nil, row["lengths"] != nil { return .judging }
    if row["output_a"] != nil, row["replies"] != nil { return .comparisons }
    if row["score"] != nil, row["question_id"] != nil, row["model"] != nil { return .scores }
    return nil
  }

  /// Of a file that is one object with a kind, as annotations are; nil for files of rows.
  private static func ofObject(_ path: String) throws(PublishedError) -> JudgmentFormat? {
    let bytes: [UInt8]
    do { bytes = try DataFile.bytes(path) } catch { throw .unreadable(error) }
    // Rows begin with an object too, but hold no such text: within one, quotes are escaped.
    guard bytes.first(where: { !$0.isJSONSpace }) == UInt8(ascii: "{"),
      Data(bytes).range(of: Data("\"plumb annotation".utf8)) != nil
    else { return nil }
    switch try RowFile.object(path).optionalString("kind") {
    case AnnotationAnswers.kind: return .annotation
    case AnnotationKey.kind: return .annotationKey
    default: return nil
    }
  }
}

extension UInt8 {
  fileprivate var isJSONSpace: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}
