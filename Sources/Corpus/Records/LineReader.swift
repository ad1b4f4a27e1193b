import Foundation
import Runs

/// The lines of a file, split at `\n` only: texts may hold U+2028 and the like.
final class LineReader {
  /// Longer lines are refused, and at most this much of one is held.
  static let lineLimit = 64 << 20

  private let source: ByteSource
  private var buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 20)
  private var filled = 0
  private var start = 0
  private var isAtEnd = false
  /// The number of the line given last, counted from 1.
  private(set) var line = 0
  /// Whether the line given last ends with the file instead of a line end.
  private(set) var isUnfinished = false

  init(_ source: ByteSource) {
    self.source = source
  }

  deinit { buffer.deallocate() }

  /// The next line without its end, valid until the next call; nil after the last.
  ///
  /// - Throws: ``CorpusError`` when the file cannot be read or the line is too long.
  func next() throws(CorpusError) -> UnsafeBufferPointer<UInt8>? {
    var searched = start
    while true {
      if let end = find(from: searched) {
        defer { start = end + 1 }
        line += 1
        return UnsafeBufferPointer(rebasing: buffer[start..<end])
      }
      searched = filled
      if isAtEnd {
        guard start < filled else { return nil }
        defer { start = filled }
        line += 1
        isUnfinished = true
        return UnsafeBufferPointer(rebasing: buffer[start..<filled])
      }
      try more()
      searched -= min(searched, moved)
    }
  }

  /// The first byte that is not white space, or nil in a file of nothing else; looks no further
  /// than the first megabyte, and takes nothing.
  func firstByte() throws(CorpusError) -> UInt8? {
    if filled == 0 { try more() }
    if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { start = 3 }
    return buffer[start..<filled].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }

  private var moved = 0

  /// Reads more bytes behind those that are not yet given.
  private func more() throws(CorpusError) {
    moved = start
    let pending = filled - start
    if start > 0, let base = buffer.baseAddress {
      memmove(base, base + start, pending)
      (start, filled) = (0, pending)
    }
    if filled == buffer.count {
      guard buffer.count < Self.lineLimit else {
        throw CorpusError.rows(
          [
            RowProblem(
              file: source.path, position: JSONPosition(line: line + 1, column: 1), field: nil,
              problem: "the line is longer than \(Self.lineLimit >> 20) MB",
              advice: "split the file at line ends (\\n)")
          ], total: 1)
      }
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: buffer.count * 2)
      _ = larger.update(fromContentsOf: buffer[0..<filled])
      buffer.deallocate()
      buffer = larger
    }
    let count = try source.read(into: UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
    filled += count
    isAtEnd = count == 0
  }

  private func find(from offset: Int) -> Int? {
    guard offset < filled, let base = buffer.baseAddress,
      let found = memchr(base + offset, 0x0A, filled - offset)
    else { return nil }
    return UnsafeMutableRawPointer(base).distance(to: found)
  }
}
