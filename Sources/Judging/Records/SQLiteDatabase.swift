import CSQLite
import Foundation

/// One connection to an SQLite file; used by one actor alone.
final class SQLiteDatabase {
  private let path: String
  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]

  init(_ path: String) throws(JudgingError) {
    self.path = path
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      sqlite3_close_v2(handle)
      throw .cache(
        path: path,
        problem: "\(String(cString: sqlite3_errstr(code))); choose another file with --cache")
    }
    self.handle = handle
    // Another process may be writing.
    sqlite3_busy_timeout(handle, 30_000)
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  /// Runs a statement with a text, or a text and bytes, in its places.
  func run(_ text: String, _ key: String? = nil, _ bytes: Data? = nil) throws(JudgingError) {
    _ = try step(text, key, bytes)
  }

  /// The first column of the first row; nil without rows.
  func blob(_ text: String, _ key: String? = nil) throws(JudgingError) -> Data? {
    try step(text, key, nil)
  }

  private func step(
    _ text: String, _ key: String?, _ bytes: Data?
  ) throws(JudgingError) -> Data? {
    let statement = try prepared(text)
    defer { sqlite3_reset(statement) }
    if let key {
      plumb_sqlite_bind_text(statement, 1, key, Int32(key.utf8.count))
    }
    bytes?.withUnsafeBytes { buffer in
      _ = plumb_sqlite_bind_blob(statement, 2, buffer.baseAddress, Int32(buffer.count))
    }
    switch sqlite3_step(statement) {
    case SQLITE_ROW:
      let count = Int(sqlite3_column_bytes(statement, 0))
      guard let start = sqlite3_column_blob(statement, 0) else { return Data() }
      return Data(bytes: start, count: count)
    case SQLITE_DONE: return nil
    default: throw failure()
    }
  }

  private func prepared(_ text: String) throws(JudgingError) -> OpaquePointer {
    if let statement = statements[text] { return statement }
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, text, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw failure()
    }
    statements[text] = statement
    return statement
  }

  private func failure() -> JudgingError {
    .cache(
      path: path,
      problem:
        "\(String(cString: sqlite3_errmsg(handle))); remove the file, or choose another with "
        + "--cache")
  }
}
