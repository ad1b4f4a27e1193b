import Corpus
import Foundation
import TestSupport
import Testing

/// Files that are packed, and files that are something else.
@Suite struct CompressedFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func texts(_ name: String, _ bytes: [UInt8]) throws -> [String] {
    try DataSource(files: [try folder.write(name, bytes).path]).plainTexts().map(\.text)
  }

  private func reason(_ name: String, _ bytes: [UInt8]) -> String {
    message { _ = try texts(name, bytes) }
      .replacingOccurrences(of: folder.url.path + "/", with: "")
  }

  /// A Zstandard frame by hand (RFC 8878): magic, a header with a window of 1 MB, and blocks of
  /// which each says whether it is the last, its type and its size.
  private func zstd(_ blocks: [(type: UInt32, size: Int, bytes: [UInt8])]) -> [UInt8] {
    var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50]
    for (index, block) in blocks.enumerated() {
      let isLast: UInt32 = index == blocks.count - 1 ? 1 : 0
      let header = isLast | block.type << 1 | UInt32(block.size) << 3
      frame += (0..<3).map { UInt8(truncatingIfNeeded: header >> ($0 * 8)) } + block.bytes
    }
    return frame
  }

  private func zstd(_ text: String) -> [UInt8] {
    zstd([(type: 0, size: text.utf8.count, bytes: Array(text.utf8))])
  }

  /// `printf '{"text": "a"}\n{"text": "b"}\n' | xz`, as Python's `lzma.compress` writes it.
  private let xz: [UInt8] = [
    0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00, 0x04, 0xE6, 0xD6, 0xB4, 0x46, 0x02, 0x00, 0x21, 0x01,
    0x16, 0x00, 0x00, 0x00, 0x74, 0x2F, 0xE5, 0xA3, 0xE0, 0x00, 0x1B, 0x00, 0x17, 0x5D, 0x00, 0x3D,
    0x88, 0x8A, 0x86, 0x94, 0x88, 0x13, 0xE0, 0xF3, 0x87, 0x24, 0xB2, 0x4F, 0x5E, 0x44, 0x30, 0xFB,
    0x56, 0x64, 0xEC, 0xE9, 0x80, 0x00, 0x00, 0x00, 0x8F, 0x68, 0x6C, 0x11, 0x98, 0xE8, 0x77, 0x13,
    0x00, 0x01, 0x33, 0x1C, 0x54, 0x8C, 0xEC, 0xC0, 0x1F, 0xB6, 0xF3, 0x7D, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x04, 0x59, 0x5A,
  ]

  @Test func `Zstandard and xz are read, frame by frame and stream by stream`() throws {
    let frames = zstd("{\"text\": \"a\"}\n{\"te") + zstd("xt\": \"b\"}\n")
    #expect(try texts("a.jsonl.zst", frames) == ["a", "b"])
    #expect(try texts("a.jsonl.xz", xz + xz) == ["a", "b", "a", "b"])
    #expect(try texts("b.jsonl.xz", xz + [0, 0, 0, 0]) == ["a", "b"])
    #expect(try texts("b.csv.zst", zstd("text\na\n")) == ["a"])
    #expect(try texts("b.txt.zst", zstd("a\n")) == ["a"])
    #expect(DataFile.stem(of: "x/llama-3.1.json.zst") == "llama-3.1")
  }

  @Test func `damaged and misnamed files say so in a line`() {
    let whole = zstd("{\"text\": \"a\"}\n")
    #expect(
      reason("a.jsonl", whole) == "a.jsonl: is zstd data; give the file a name that ends in .zst")
    #expect(reason("b.jsonl", xz) == "b.jsonl: is xz data; give the file a name that ends in .xz")
    #expect(
      reason("c.xz", Array("{}\n".utf8))
        == "c.xz: is not xz data; give the file a name without .xz")
    #expect(
      reason("d.gz", xz) == "d.gz: is xz data; give the file a name that ends in .xz")
    for count in [7, 9, whole.count - 1] {
      #expect(
        reason("e.zst", Array(whole.prefix(count))) == "e.zst: zstd data ends early; copy it again")
    }
    for count in [7, 40, xz.count - 1] {
      #expect(
        reason("f.xz", Array(xz.prefix(count))) == "f.xz: xz data ends early; copy it again")
    }
    var damaged = xz
    damaged[50] ^= 1
    #expect(reason("g.xz", damaged) == "g.xz: xz data is damaged; copy it again")
    #expect(
      reason("h.zst", zstd([(type: 3, size: 1, bytes: [0])]))
        == "h.zst: zstd data is damaged; copy it again")
    // A window of 2 GB.
    #expect(
      reason("i.zst", [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8] + Array(whole.dropFirst(6)))
        == "i.zst: zstd data is damaged; copy it again")
  }

  /// Ten kilobytes that are 300 MB of blanks.
  @Test func `what unpacks to far more than any text is refused`() throws {
    let line: [(type: UInt32, size: Int, bytes: [UInt8])] = [
      (type: 0, size: 1, bytes: [0x0A]), (type: 1, size: 100_000, bytes: [0x20]),
    ]
    let bomb = zstd(Array(repeating: line, count: 3000).flatMap { $0 })
    #expect(
      reason("a.csv.zst", bomb)
        == "a.csv.zst: unpacks to more than 500 times its size; unpack it yourself if you trust it")
  }

  /// A file's first bytes, and what is said of it.
  private static let kinds: [(start: [UInt8], said: String)] = [
    (
      text("ARROW1"),
      "is an Arrow file, which is not read; convert it: python3 -c \"import pandas; "
        + "pandas.read_feather('IN').to_json('OUT.jsonl', orient='records', lines=True)\""
    ),
    (
      [0xFF, 0xFF, 0xFF, 0xFF, 0x10],
      "is an Arrow stream, which is not read; convert it: python3 -c \"import datasets; "
        + "datasets.Dataset.from_file('IN').to_json('OUT.jsonl')\""
    ),
    (text("PK\u{3}\u{4}"), "is a ZIP archive; unpack it, and give the files in it"),
    (
      text("SQLite format 3\0"),
      "is an SQLite database; write its table as CSV: "
        + "sqlite3 -header -csv FILE 'SELECT …' > OUT.csv"
    ),
    (
      [0x80, 0x04, 0x95],
      "is a pickle, which can run code and is not read; write it as JSON Lines"
    ),
    (
      text(" \0\0\0\0\0\0\0{\"__metadata__\""),
      "is a safetensors file, which holds weights; give a file of rows"
    ),
    ([0xFF, 0xFE, 0x7B, 0x00], "is UTF-16 text; save it as UTF-8"),
    ([0xFE, 0xFF, 0x00, 0x7B], "is UTF-16 text; save it as UTF-8"),
    (
      text("version https://git-lfs.github.com/spec/v1"),
      "is a pointer of Git LFS, not the file itself; fetch it: git lfs pull"
    ),
    (text("<!DOCTYPE html>"), "is a web page, not data; download the file itself"),
  ]

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(arguments: kinds.indices)
  func `other kinds of files are told by their first bytes`(_ place: Int) {
    let (start, said) = Self.kinds[place]
    #expect(reason("rows.jsonl", start) == "rows.jsonl: \(said)")
    #expect(reason("rows.csv", start) == "rows.csv: \(said)")
  }
}
