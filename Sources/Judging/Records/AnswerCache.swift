import CSQLite
import Foundation
import Runs

/// Answers that any run of this user has had, in one SQLite file that processes share.
///
/// The key holds everything that could change the answer, so nothing ever goes stale. Only verdicts
/// are kept: what failed, was cut off, refused or could not be read is asked again.
public actor AnswerCache {
  private let executor = QueueExecutor("plumb.cache")
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  private let path: String
  private let database: SQLiteDatabase

  /// Opens the file, and creates it and its folder where there is none.
  ///
  /// - Throws: ``JudgingError/cache(path:problem:)``.
  public init(path: String) throws(JudgingError) {
    self.path = path
    let folder = URL(filePath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .cache(path: path, problem: "its folder cannot be made; choose another with --cache")
    }
    database = try SQLiteDatabase(path)
    // Write-ahead logging shares memory between processes, which network file systems cannot.
    try database.run("PRAGMA journal_mode=\(Self.isOnNetwork(folder.path) ? "DELETE" : "WAL")")
    // What a power loss takes is asked again.
    try database.run("PRAGMA synchronous=NORMAL")
    try database.run(
      "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, judgment BLOB NOT NULL) "
        + "WITHOUT ROWID")
    try database.run(
      "CREATE TABLE IF NOT EXISTS lessons (server TEXT PRIMARY KEY, lesson BLOB NOT NULL) "
        + "WITHOUT ROWID")
  }

  /// Where answers are kept unless the user says otherwise.
  public static func defaultPath(environment: [String: String]) -> String {
    let base =
      environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? (environment["HOME"] ?? ".") + "/.cache"
    return base + "/plumb/judgments.sqlite"
  }

  public func judgment(of key: String) throws(JudgingError) -> Judgment? {
    guard let data = try database.blob("SELECT judgment FROM answers WHERE key = ?1", key) else {
      return nil
    }
    do {
      return try RecordFile.record(Judgment.self, of: data)
    } catch {
      throw .cache(path: path, problem: "holds an answer that is damaged; remove the file")
    }
  }

  /// Keeps a verdict; does nothing with any other state, or where there is one already.
  public func keep(_ judgment: Judgment, under key: String) throws {
    guard judgment.state == .verdict else { return }
    try database.run(
      "INSERT OR IGNORE INTO answers (key, judgment) VALUES (?1, ?2)", key,
      try RecordFile.line(judgment))
  }

  /// Keeps what a server taught, so that no other run has to be refused for it.
  ///
  /// - Parameter name: of the server, and of how it was asked from the start.
  func keep(_ lesson: DialectBook.Lesson, as name: String) throws {
    try database.run(
      "INSERT OR REPLACE INTO lessons (server, lesson) VALUES (?1, ?2)", name,
      try RecordFile.line(lesson))
  }

  /// Tells a book what some servers taught other runs, where it does not know better.
  func recall(_ servers: [String], _ book: DialectBook) throws {
    for server in servers where book.knows(server) == false {
      guard
        let data = try database.blob(
          "SELECT lesson FROM lessons WHERE server = ?1", book.name(of: server)),
        // A lesson that cannot be read is learned again.
        let lesson = try? RecordFile.record(DialectBook.Lesson.self, of: data)
      else { continue }
      book.recall(lesson)
    }
  }

  public func count() throws(JudgingError) -> Int {
    guard let text = try database.blob("SELECT CAST(count(*) AS TEXT) FROM answers") else {
      return 0
    }
    return Int(String(decoding: text, as: UTF8.self)) ?? 0
  }

  private static func isOnNetwork(_ folder: String) -> Bool {
    // NFS, SMB, CIFS, SMB2, FUSE, by the numbers of statfs(2).
    [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x6573_5546].contains(plumb_file_system_type(folder))
  }
}
