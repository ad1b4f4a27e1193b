import Corpus
import Foundation

/// A line of `judgments.jsonl`, as `plumb judge` keeps it: what came of one comparison, without texts.
public struct JudgingRow: Sendable, Equatable {
  /// One judge's preference for the first file, 0 … 1.
  public struct Answer: Sendable, Equatable {
    public var preference: Double?
    /// `verdict`, or why there is none.
    public var state: String
    public var orders: Preference.SwappedShares?
  }

  public var id: String
  /// SHA-256 of the prompt's text; nil in files of older versions.
  public var prompt: String?
  public var isCanary: Bool
  public var whole: Answer
  /// Of a jury's judges, in its order; empty without one.
  public var members: [Answer]

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [JudgingRow] {
    try RowFile.read(path) { row throws(PublishedError) in
      let judgment = try row.object("judgment")
      let isJury = try judgment.optionalString("combination") == "jury"
      return JudgingRow(
        id: try row.identifier("id"), prompt: try row.optionalString("prompt_sha256"),
        isCanary: row.has("canary"), whole: try Self.answer(judgment),
        members: isJury
          ? try judgment.objects("parts").map { part throws(PublishedError) in
            try Self.answer(part)
          } : [])
    }
  }

  private static func answer(_ judgment: FieldReader) throws(PublishedError) -> Answer {
    Answer(
      preference: try share(judgment), state: try judgment.string("state"),
      orders: try orders(judgment))
  }

  private static func share(_ judgment: FieldReader) throws(PublishedError) -> Double? {
    try judgment.optionalObject("verdict")?.optionalShare("preference")
  }

  /// Of a single judge; a jury's orders are those of its members.
  private static func orders(
    _ judgment: FieldReader
  ) throws(PublishedError) -> Preference.SwappedShares? {
    guard try judgment.optionalString("combination") == "orders" else { return nil }
    let parts = try judgment.objects("parts")
    guard parts.count == 2 else {
      throw judgment.wrong("parts", "has \(parts.count) parts", advice: "give both orders")
    }
    // The second part was asked with the files exchanged.
    return Preference.SwappedShares(
      direct: try share(parts[0]), swapped: try share(parts[1]).map { 1 - $0 })
  }

  /// The names that a judging's records beside its judgments give: both files, the judge, and the
  /// judges of a jury.
  ///
  /// - Throws: ``PublishedError`` where `judge.json` is not beside the file, or is none.
  public static func names(
    beside path: String
  ) throws(PublishedError) -> (matchUp: MatchUp, judge: String, members: [String]) {
    let folder = URL(filePath: path).deletingLastPathComponent()
    let record = folder.appending(path: "judge.json").relativePath
    guard FileManager.default.fileExists(atPath: record) else {
      throw .content(
        file: path, problem: "has no judge.json beside it, which names files and judge",
        advice: "give the file where plumb judge wrote it")
    }
    let row = try RowFile.object(record)
    let judge = try row.object("judge").string("name")
    var members: [String] = []
    let summary = folder.appending(path: "summary.json").relativePath
    if FileManager.default.fileExists(atPath: summary) {
      members = try RowFile.object(summary).objects("members").map {
        member throws(PublishedError) in
        try member.string("judge")
      }
    }
    return (
      MatchUp(
        try row.object("first").string("name"), try row.object("second").string("name")), judge,
      members
    )
  }
}
