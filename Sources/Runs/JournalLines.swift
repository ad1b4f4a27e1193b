import Foundation
import Glibc

/// The lines of a journal's file at the moment it was read.
struct JournalLines {
  let path: String
  let size: Int
  /// Byte ranges of the lines that end in a newline, which is included.
  let complete: [Range<Int>]
  private let data: Data

  /// The largest journal, in bytes; one is read as a whole.
  static let largest = 4 << 30

  init(_ file: OpenFile) throws(RunError) {
    path = file.path
    data = try BoundedFile.read(file, atMost: Self.largest)
    size = data.count
    complete = data.withUnsafeBytes { bytes in
      var lines: [Range<Int>] = []
      var start = 0
      while start < bytes.count, let base = bytes.baseAddress,
        let newline = memchr(base + start, 0x0A, bytes.count - start)
      {
        let end = base.distance(to: UnsafeRawPointer(newline)) + 1
        lines.append(start..<end)
        start = end
      }
      return lines
    }
  }

  /// Each line, its newline included.
  var texts: [Data] { complete.map { data[$0] } }

  func bytes(
    in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(RunError) -> Void
  ) throws(RunError) {
    try data[range].withRawBytes(body)
  }

  /// What the seal of the record of a number follows from: the one before it, or nothing.
  func seal(before number: Int) -> String {
    number == 0 ? "" : LineSeal.parts(data[complete[number - 1]])?.seal ?? ""
  }

  func record<Record: Decodable>(at index: Int) throws(RunError) -> Record {
    try RecordFile.decode(
      Record.self, from: data[complete[index]], path: path, place: "line \(index + 1): ")
  }

  /// Notices missing and repeated lines.
  func checkNumbers() throws(RunError) {
    for (index, range) in complete.enumerated() {
      if let number = Self.number(data[range]), number != index {
        throw .invalidFile(
          path: path,
          problem: "line \(index + 1): is record \(number) where \(index) is due; lines were lost "
            + "or repeated")
      }
    }
  }

  /// The number that ``Journal`` puts at the start of its lines.
  private static func number(_ line: Data) -> Int? {
    let prefix = Data("{\"seq\":".utf8)
    guard line.starts(with: prefix) else { return nil }
    let digits = line.dropFirst(prefix.count).prefix { (0x30...0x39).contains($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
