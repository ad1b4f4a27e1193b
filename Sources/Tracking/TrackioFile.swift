import CSQLite
import Foundation
import Runs

/// The database of a project of trackio, with a run for each training.
///
/// Rows of other runs are left as they are; those of these runs are replaced in one transaction, so
/// that a dashboard may be looking. Records hold no clock: timestamps count a second a step from the
/// beginning of 1970.
///
/// Source: trackio 0.43, schema version 2 (tables `metrics` and `configs`, `PRAGMA user_version`).
struct TrackioFile {
  private static let version: Int32 = 2

  let url: URL

  init(_ url: URL) { self.url = url }

  /// The file that trackio looks for in `TRACKIO_DIR`: of a project's name only letters, digits, `-`
  /// and `_` remain.
  static func name(ofProject project: String) -> String {
    let kept = project.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    return (kept.isEmpty ? "default" : kept) + ".db"
  }

  /// - Throws: ``TrackingError/database(path:problem:)``.
  func write(_ trainings: [LoggedTraining]) throws(TrackingError) {
    let database = try Connection(url)
    try database.run("BEGIN IMMEDIATE")
    try prepare(database)
    for training in trainings {
      for table in ["metrics", "configs"] {
        try database.run("DELETE FROM \(table) WHERE run_id = ?", [.text(training.path)])
      }
      for record in training.records {
        try database.run(
          "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics, log_id) "
            + "VALUES (?, ?, ?, ?, ?, ?)",
          [
            .text(training.path), .text(Self.time(record.step)), .text(training.path),
            .number(record.step), .text(Self.json(record)),
            .text("plumb \(training.path) \(record.step)"),
          ])
      }
      try database.run(
        "INSERT INTO configs (run_id, run_name, config, created_at) VALUES (?, ?, ?, ?)",
        [
          .text(training.path), .text(training.path), .text(Self.configuration(training)),
          .text(Self.time(0)),
        ])
    }
    try database.run("COMMIT")
  }

  private func prepare(_ database: Connection) throws(TrackingError) {
    let found = try database.number("PRAGMA user_version")
    let tables = try database.number("SELECT COUNT(*) FROM sqlite_master")
    guard found == Self.version || tables == 0 else {
      throw .database(
        path: url.path,
        problem:
          "has schema version \(found), and not trackio's \(Self.version); open it once with a "
          + "newer trackio, or choose another folder")
    }
    try database.run("PRAGMA user_version = \(Self.version)")
    for statement in Self.schema { try database.run(statement) }
  }

  private static let schema = [
    "CREATE TABLE IF NOT EXISTS metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, "
      + "timestamp TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER NOT NULL, "
      + "metrics TEXT NOT NULL, log_id TEXT, space_id TEXT)",
    "CREATE TABLE IF NOT EXISTS configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, "
      + "run_name TEXT NOT NULL, config TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE(run_id))",
    "CREATE INDEX IF NOT EXISTS idx_metrics_run_step ON metrics(run_id, step)",
    "CREATE INDEX IF NOT EXISTS idx_metrics_run_timestamp ON metrics(run_id, timestamp)",
    "CREATE UNIQUE INDEX IF NOT EXISTS idx_metrics_log_id ON metrics(log_id) "
      + "WHERE log_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS idx_configs_run_name ON configs(run_name)",
  ]

  /// As Python's `isoformat` in UTC.
  private static func time(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: Double(seconds))
      .formatted(.iso8601.timeZoneSeparator(.omitted).dateTimeSeparator(.standard))
      .replacing("Z", with: "+00:00")
  }

  /// What is no number is the text that trackio reads back as one.
  private static func json(_ record: StepRecord) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let tagged = Dictionary(
      record.metrics.map { (MetricName.tag($0.key), $0.value) },
      uniquingKeysWith: { first, _ in first })
    return (try? encoder.encode(tagged)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  private struct Configuration: Encodable {
    var stage: String
    var seed: Int?
    var group: String
    var created: String

    enum CodingKeys: String, CodingKey {
      case stage, seed
      case group = "_Group"
      case created = "_Created"
    }
  }

  private static func configuration(_ training: LoggedTraining) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let value = Configuration(
      stage: training.stage, seed: training.seed, group: training.stage, created: time(0))
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension TrackioFile {
  fileprivate enum Value {
    case text(String)
    case number(Int)
  }

  /// One connection to the file.
  fileprivate final class Connection {
    private let path: String
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    init(_ url: URL) throws(TrackingError) {
      path = url.path
      var handle: OpaquePointer?
      let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      let code = sqlite3_open_v2(path, &handle, flags, nil)
      guard code == SQLITE_OK, let handle else {
        sqlite3_close_v2(handle)
        throw .database(path: path, problem: String(cString: sqlite3_errstr(code)))
      }
      self.handle = handle
      // A dashboard may be reading.
      sqlite3_busy_timeout(handle, 30_000)
    }

    deinit {
      for statement in statements.values { sqlite3_finalize(statement) }
      // What was not committed is undone.
      sqlite3_close_v2(handle)
    }

    func run(_ text: String, _ values: [Value] = []) throws(TrackingError) {
      _ = try step(text, values)
    }

    /// The first column of the first row.
    func number(_ text: String) throws(TrackingError) -> Int32 { try step(text, []) ?? 0 }

    private func step(_ text: String, _ values: [Value]) throws(TrackingError) -> Int32? {
      let statement = try prepared(text)
      defer { sqlite3_reset(statement) }
      for (place, value) in values.enumerated() {
        switch value {
        case .text(let text):
          plumb_sqlite_bind_text(statement, Int32(place + 1), text, Int32(text.utf8.count))
        case .number(let number): sqlite3_bind_int64(statement, Int32(place + 1), Int64(number))
        }
      }
      switch sqlite3_step(statement) {
      case SQLITE_ROW: return sqlite3_column_int(statement, 0)
      case SQLITE_DONE: return nil
      default: throw failure()
      }
    }

    private func prepared(_ text: String) throws(TrackingError) -> OpaquePointer {
      if let known = statements[text] { return known }
      var statement: OpaquePointer?
      guard sqlite3_prepare_v2(handle, text, -1, &statement, nil) == SQLITE_OK, let statement else {
        throw failure()
      }
      statements[text] = statement
      return statement
    }

    private func failure() -> TrackingError {
      .database(
        path: path,
        problem: String(cString: sqlite3_errmsg(handle))
          + "; choose another folder, or remove the file")
    }
  }
}
