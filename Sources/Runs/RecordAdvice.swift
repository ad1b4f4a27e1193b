import Foundation

/// What to do about a damaged record of a run.
public enum RecordAdvice {
  /// `evaluation.json`, `judging.json` and `exams.json`, which are made again from what lies beside them.
  public static let measured =
    "put back what was there, or remove the file and run 'plumb evaluate' on the run again"
  /// `costs.jsonl`, which nothing else holds.
  public static let costs =
    "put back what was there, or remove the file, and with it the record of what was spent"
  /// `ledger.jsonl`, which holds the answers of judges.
  public static let ledger =
    "put back what was there, or remove the file, so that every question is asked again"

  /// `done.json` of a stage's folder.
  public static func seal(of directory: StageDirectory) -> String {
    "put back what was there, or remove \(directory.url.path), so that the stage runs again"
  }

  /// Does what reads a record, and says what to do where it is damaged.
  public static func advised<Value>(
    _ advice: String, _ body: () throws(RunError) -> Value
  ) throws(RunError) -> Value {
    do throws(RunError) { return try body() } catch { throw error.advising(advice) }
  }
}
