import Foundation
import Glibc

/// An append-only file of records, one JSON object per line.
///
/// Each record is one `write(2)` on a descriptor opened for appending, so a crash leaves at most
/// one torn line, at the end; opening copies that line to `<name>.torn` and cuts it off. Every line
/// begins with its number, `{"seq":0,…`, so that a missing line is noticed. Non-finite numbers are
/// written as ``RecordFile`` says. A record must encode as an object without a `seq` of its own.
public final class Journal<Record: Codable> {
  /// A last line that a crash left incomplete.
  public struct TornLine: Sendable, Equatable {
    public let bytes: Int
    /// Where the bytes were saved; nil when only reading.
    public let copy: URL?
  }

  /// All that a journal holds.
  public struct Contents {
    public let records: [Record]
    public let torn: TornLine?
  }

  public let url: URL
  /// What was cut off when the journal was opened.
  public let torn: TornLine?
  /// Records in the file.
  public private(set) var count: Int
  private let file: OpenFile
  private var size: Int
  private var isBroken = false
  /// Of the last line; nil where lines carry none.
  private var seal: String?

  /// Opens a journal for appending, and creates it where there is none.
  ///
  /// - Parameter seals: lines to come carry a ``LineSeal``.
  /// - Throws: ``RunError/invalidFile(path:problem:)`` naming the line where lines are missing.
  public init(_ url: URL, seals: Bool = false) throws(RunError) {
    let path = url.filePath
    let isNew = try FileSystem.kind(of: path) == nil
    let file = try OpenFile(path, O_RDWR | O_CREAT | O_APPEND)
    if isNew { try FileSystem.syncDirectory(FileSystem.parentPath(of: path)) }
    let lines = try JournalLines(file)
    try lines.checkNumbers()
    var end = lines.complete.last?.upperBound ?? 0
    var count = lines.complete.count
    if let last = lines.complete.last {
      do throws(RunError) {
        let _: Record = try lines.record(at: count - 1)
      } catch {
        end = last.lowerBound
        count -= 1
      }
    }
    if end < lines.size {
      let copy = URL(filePath: path + ".torn")
      let target = try OpenFile(copy.filePath, O_WRONLY | O_CREAT | O_APPEND)
      try lines.bytes(in: end..<lines.size) { (bytes) throws(RunError) in try target.write(bytes) }
      try target.sync()
      try file.truncate(to: end)
      try file.sync()
      torn = TornLine(bytes: lines.size - end, copy: copy)
    } else {
      torn = nil
    }
    self.url = url
    self.file = file
    self.count = count
    size = end
    seal = seals ? lines.seal(before: count) : nil
  }

  /// Appends one record. It survives the process at once, and a power loss after ``sync()``.
  ///
  /// A write that fails is undone, so that the journal can go on when space returns.
  public func append(_ record: Record) throws(RunError) {
    try repairIfBroken()
    let (line, seal) = try line(record)
    do throws(RunError) {
      let written = try line.withRawBytes { (bytes) throws(RunError) in
        try file.writeOnce(bytes)
      }
      guard written == line.count else {
        throw .fileSystem(
          path: file.path, operation: "write \(line.count) bytes (only \(written) fitted)",
          code: ENOSPC)
      }
    } catch {
      isBroken = true
      // A repair that fails too is tried again before the next record.
      do throws(RunError) { try repairIfBroken() } catch { isBroken = true }
      throw error
    }
    size += line.count
    count += 1
    self.seal = seal
  }

  private func repairIfBroken() throws(RunError) {
    guard isBroken else { return }
    try file.truncate(to: size)
    isBroken = false
  }

  private func line(_ record: Record) throws(RunError) -> (Data, seal: String?) {
    let data = try RecordFile.encode(record, path: file.path)
    guard data.first == UInt8(ascii: "{") else {
      throw .unwritable(path: file.path, problem: "a journal's record must be a JSON object")
    }
    let seal = seal.map { LineSeal.of(data, after: $0) }
    return (LineSeal.line(count, data, seal: seal), seal)
  }

  /// Waits until all records are on stable storage.
  public func sync() throws(RunError) { try file.sync() }

  /// Cuts off all records from the first one on that `isKept` refuses, durably.
  ///
  /// A training that resumes at step 500 keeps the records with `step <= 500`; it makes the later
  /// ones again.
  ///
  /// - Returns: how many records were cut off.
  @discardableResult
  public func truncate(keeping isKept: (Record) -> Bool) throws(RunError) -> Int {
    let lines = try JournalLines(file)
    for index in lines.complete.indices {
      let record: Record = try lines.record(at: index)
      if !isKept(record) { return try truncate(toCount: index) }
    }
    return 0
  }

  /// Cuts the journal to its first `kept` records, durably; returns how many were cut off.
  @discardableResult
  public func truncate(toCount kept: Int) throws(RunError) -> Int {
    precondition(kept >= 0, "a count is not negative")
    let dropped = count - kept
    guard dropped > 0 else { return 0 }
    let lines = try JournalLines(file)
    let end = kept == 0 ? 0 : lines.complete[kept - 1].upperBound
    if seal != nil { seal = lines.seal(before: kept) }
    try file.truncate(to: end)
    try file.sync()
    size = end
    count = kept
    return dropped
  }

  /// Reads a journal without changing it; a torn last line is left out and reported.
  ///
  /// - Throws: ``RunError/invalidFile(path:problem:)`` naming the line where another line is not a
  ///   record, or is missing. Lines without a number are taken as they come.
  public static func read(_ url: URL) throws(RunError) -> Contents {
    let lines = try JournalLines(try OpenFile(reading: url.filePath))
    try lines.checkNumbers()
    var end = 0
    var records: [Record] = []
    records.reserveCapacity(lines.complete.count)
    for index in lines.complete.indices {
      do throws(RunError) {
        records.append(try lines.record(at: index))
        end = lines.complete[index].upperBound
      } catch {
        guard index == lines.complete.count - 1 else { throw error }
      }
    }
    let bytes = lines.size - end
    return Contents(records: records, torn: bytes > 0 ? TornLine(bytes: bytes, copy: nil) : nil)
  }
}
