import Corpus
import Foundation
import TestSupport
import Testing

@Suite struct RecordReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The texts and the problems of a file, without the folder's path.
  private func read(
    _ path: String, _ format: RecordFormat = .auto
  ) throws -> (texts: [String], problems: [String]) {
    var texts: [String] = []
    var problems: [String] = []
    try RecordReader(path: path, format: format).forEach { record in
      texts.append("\(record.position.line):\(record.object["text"]?.string ?? "?")")
      return true
    } problem: {
      problems.append($0.description.replacingOccurrences(of: folder.url.path + "/", with: ""))
    }
    return (texts, problems)
  }

  @Test func marksLineEndsAndBlankLinesArePassedOver() throws {
    let path = try folder.write(
      "a.jsonl", "\u{FEFF}{\"text\": \"a\u{2028}b\"}\r\n\n  \n{\"text\": \"c\"}"
    ).path
    let (texts, problems) = try read(path)
    #expect(texts == ["1:a\u{2028}b", "4:c"])
    #expect(problems == [])
  }

  @Test func wrongLinesAreNamedAndTheOthersRead() throws {
    let path = try folder.write(
      "b.jsonl",
      Array("{\"text\": \"a\"}\n[1]\n{\"text\": \"\u{0}\"}\n{\"x\": nul}\n{\"t\": \"".utf8)
        + [0xC3, 0x28, 0x22, 0x7D, 0x0A] + Array("{\"text\": \"b\"}\n{\"text\": \"cu".utf8)
    ).path
    let (texts, problems) = try read(path)
    #expect(texts == ["1:a", "6:b"])
    #expect(
      problems == [
        "b.jsonl:2:1 — the row is a list — write each row as an object, {\"text\": …}",
        "b.jsonl:3:11 — NUL byte; the file is damaged — correct or remove the line",
        "b.jsonl:4:7 — expected a value, found 'n' — correct or remove the line",
        "b.jsonl:5:8 — not UTF-8; save the file as UTF-8 — correct or remove the line",
        "b.jsonl:7:13 — the text has no closing quote — "
          + "the last line is cut off; copy the file again",
      ])
  }

  @Test func listsAreReadLikeLines() throws {
    let path = try folder.write(
      "c.json", "[\n {\"text\": \"a\"},\n {\"text\":\n \"b\"}, 3\n]\n"
    ).path
    let (texts, problems) = try read(path)
    #expect(texts == ["2:a", "3:b"])
    #expect(
      problems == ["c.json:4:8 — the row is a number — write each row as an object, {\"text\": …}"])
    let torn = try read(folder.write("d.json", "[{\"text\": \"a\"}, {\"te").path)
    #expect(torn.texts == ["1:a"])
    #expect(
      torn.problems == [
        "d.json:1:21 — the text has no closing quote — "
          + "correct the file; reading stops here"
      ])
  }

  @Test func plainTextIsOneRowALine() throws {
    let (texts, _) = try read(folder.write("e.txt", "one\r\n\ntwo\n").path)
    #expect(texts == ["1:one", "3:two"])
  }

  /// The bytes of `printf 'X' | gzip -n`, by hand: header, one stored block, CRC-32 and size.
  private func gzip(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    let size = UInt16(bytes.count)
    func little(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + little(size) + little(~size) + bytes
      + little(~crc) + little(UInt32(bytes.count))
  }

  @Test func gzipIsReadMemberByMember() throws {
    let bytes = gzip("{\"text\": \"a\"}\n{\"te") + gzip("xt\": \"b\"}\n")
    #expect(try read(folder.write("f.jsonl.gz", bytes).path).texts == ["1:a", "2:b"])
  }

  @Test func filesThatCannotBeReadSayWhy() throws {
    let bytes = gzip("{\"text\": \"a\"}\n")
    let root = folder.url.path
    func reason(_ name: String, _ content: [UInt8]) throws -> String {
      let path = try folder.write(name, content).path
      return message { _ = try read(path) }.replacingOccurrences(of: "\(root)/", with: "")
    }
    #expect(
      try reason("g.jsonl", bytes)
        == "g.jsonl: is gzip data; give the file a name that ends in .gz")
    #expect(
      try reason("h.gz", Array("{}\n".utf8))
        == "h.gz: is not gzip data; give the file a name without .gz")
    #expect(
      try reason("i.gz", bytes.dropLast(9) + [])
        == "i.gz: gzip data ends early; copy it again")
    var damaged = bytes
    damaged[bytes.count - 6] ^= 1
    #expect(try reason("j.gz", damaged) == "j.gz: gzip data is damaged; copy it again")
    #expect(message { _ = try read(root) } == "\(root): is a directory; give the path of a file")
    #expect(message { _ = try read("\(root)/no") } == "\(root)/no: no such file; check the path")
    #expect(mkfifo("\(root)/fifo", 0o600) == 0)
    #expect(
      message { _ = try read("\(root)/fifo") }
        == "\(root)/fifo: is not a regular file; copy it to one")
  }

  @Test func hugeLinesAreRefusedWithoutLoadingThem() throws {
    let path = try folder.write("k.jsonl", "{}\n").path
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    // A sparse gigabyte without a line end.
    try handle.truncate(atOffset: 1 << 30)
    try handle.close()
    #expect(
      message { _ = try read(path) }
        == "\(path):2:1 — the line is longer than 64 MB — split the file at line ends (\\n)")
  }
}
