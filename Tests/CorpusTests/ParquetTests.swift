import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// Whether this build reads Parquet.
enum ParquetSupport {
  static let isPresent: Bool = {
    if (try? ParquetLibrary.load()) != nil { return true }
    print("SKIPPED: tests of Parquet, which this build does not read; make parquet")
    return false
  }()
}

/// Files made by `Fixtures/make_parquet.py`.
@Suite(.enabled(if: ParquetSupport.isPresent)) struct ParquetTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/parquet").path

  private func read(_ name: String) throws -> (rows: [Record], problems: [String]) {
    var rows: [Record] = []
    var problems: [String] = []
    try RecordReader(path: "\(Self.folder)/\(name)").forEach { record in
      rows.append(record)
      return true
    } problem: {
      problems.append($0.description.replacingOccurrences(of: Self.folder + "/", with: ""))
    }
    return (rows, problems)
  }

  private func said(_ body: () throws -> Void) -> String {
    message(body).replacingOccurrences(of: Self.folder + "/", with: "")
  }

  @Test(arguments: ["zstd", "snappy", "gzip", "lz4", "brotli", "none"])
  func `values are those of Python, whatever packs them`(_ codec: String) throws {
    let (rows, problems) = try read("types-\(codec).parquet")
    var expected: [JSONValue] = []
    for line in try DataFile.bytes("\(Self.folder)/types.jsonl").split(separator: 0x0A) {
      expected.append(try JSONParser.parse(Array(line)))
    }
    #expect(problems.isEmpty)
    #expect(rows.count == 3)
    // Positions are other ones: those of the table.
    #expect(
      rows.map { JSONText.line(.object($0.object)) } == expected.map { JSONText.line($0) })
    #expect(rows.map(\.position.line) == [1, 2, 3])
    #expect(rows[1].object.members.map(\.position.column) == Array(1...18))
    #expect(rows[1].object.members.allSatisfy { $0.position.line == 2 })
  }

  @Test func `rows of pairs are read and refused by row and column, unread columns never decoded`()
    throws
  {
    let source = DataSource(files: ["\(Self.folder)/pairs.parquet"])
    #expect(try source.layout() == .pairs)
    let notes = RowNotes(forgivesBadRows: true)
    let pairs = try source.preferencePairs(notes)
    #expect(pairs.map(\.id) == ["pairs.parquet:1", "pairs.parquet:3"])
    #expect(pairs.map(\.margin) == [1, 3])
    #expect(notes.unreadColumns == ["embedding"])
    #expect(
      said { _ = try source.preferencePairs() }
        == "pairs.parquet:2:2 chosen — is empty — remove the row or write the text")
  }

  @Test func `what no row is made of is refused by its name and type`() throws {
    #expect(
      said { _ = try read("text-as-binary.parquet") }
        == "text-as-binary.parquet: its column text holds bytes that are not marked as text, which no "
        + "row of text is made of; write the file without it")
    // A column that nobody reads may hold anything.
    let source = DataSource(files: ["\(Self.folder)/binary.parquet"])
    #expect(try source.labelledTexts().map(\.text) == ["a"])
    #expect(said { _ = try read("binary.parquet") }.contains("its column raw holds bytes"))
  }

  @Test func `values that JSON cannot hold are bad rows`() throws {
    let (rows, problems) = try read("not-a-number.parquet")
    #expect(rows.count == 1)
    #expect(
      problems == [
        "not-a-number.parquet:2:1 margin — is not a number (NaN) — correct or remove the row",
        "not-a-number.parquet:3:1 margin — is infinite — correct or remove the row",
      ])
    #expect(
      try read("not-utf8.parquet").problems == [
        "not-utf8.parquet:2:1 text — is not UTF-8 — correct or remove the row"
      ])
    #expect(
      try read("twice.parquet").problems.allSatisfy { $0.hasPrefix("twice.parquet:1:1 — ") })
    #expect(try read("twice.parquet").problems.count == 1)
  }

  @Test func `files made to fill a memory are refused`() throws {
    #expect(
      said { _ = try read("long-row.parquet") }
        == "long-row.parquet: row 1: needs more than 1 GB of memory for a part of it; write it with "
        + "smaller row groups")
    #expect(
      said {
        try RecordReader(path: "\(Self.folder)/many-rows.parquet").forEach { _ in
          true
        } problem: { _ in
        }
      }
        == "many-rows.parquet: unpacks to more than 500 times its size; unpack it yourself if you "
        + "trust it")
  }

  @Test func `damaged files are one line`() throws {
    let folder = try TemporaryFolder()
    let whole = Array(
      try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/types-zstd.parquet")))
    var generator = SplitMix64(seed: 7)
    for length in [4, 8, 12, whole.count / 2, whole.count - 1] {
      let path = try folder.write("cut-\(length).parquet", whole.prefix(length)).path
      let said = message {
        try RecordReader(path: path).forEach { _ in
          true
        } problem: { _ in
        }
      }
      #expect(said.contains("cut-\(length).parquet: "), "\(said)")
      #expect(!said.contains("\n"))
    }
    for number in 0..<200 {
      var bytes = whole
      for _ in 0...(number % 4) {
        bytes[4 + Int(generator.next() % UInt64(bytes.count - 4))] = UInt8(generator.next() % 256)
      }
      let path = try folder.write("spoilt.parquet", bytes).path
      let said = message {
        try RecordReader(path: path).forEach { _ in
          true
        } problem: { _ in
        }
      }
      #expect(!said.contains("\n"))
    }
  }

  @Test func `a file of another kind under a name of Parquet, and the reverse`() throws {
    let folder = try TemporaryFolder()
    let other = try folder.write("lines.parquet", "{\"text\": \"a\"}\n").path
    #expect(try DataSource(files: [other]).plainTexts().map(\.text) == ["a"])
    #expect(
      message { _ = try DataSource(files: [other], format: .parquet).plainTexts() }
        .contains("lines.parquet: is no Parquet that can be read"))
    let noise = try folder.write("noise.parquet", "\u{1}\u{2}abc\n").path
    #expect(
      message { _ = try DataSource(files: [noise]).plainTexts() }
        .contains("noise.parquet: is no Parquet that can be read"))
    let path = "\(Self.folder)/pairs.parquet"
    #expect(
      said { _ = try DataSource(files: [path], format: .jsonl).preferencePairs() }
        == "pairs.parquet: is a Parquet file and not jsonl; leave format out")
  }

  @Test func `limits end the reading where they are reached`() throws {
    let source = DataSource(files: ["\(Self.folder)/many-rows.parquet"], limit: 3)
    #expect(try source.plainTexts().count == 3)
  }
}

/// What is said where there is no reader; needs none.
@Suite struct ParquetAbsenceTests {
  @Test func `a build without a reader says how to get one`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ParquetLibrary.Absence.notBuilt) { try ParquetLibrary.load(from: folder.url) }
    #expect(
      ParquetLibrary.Absence.notBuilt.description
        == "is a Parquet file, which this build does not read: run make parquet in Plumb's source, or "
        + "convert it: python3 -c \"import pandas; pandas.read_parquet('IN').to_json('OUT.jsonl', "
        + "orient='records', lines=True)\"")
  }

  @Test func `a library that cannot be loaded is said with the loader's words`() throws {
    let folder = try TemporaryFolder()
    try folder.write(ParquetLibrary.file, "no library")
    let said = message { _ = try ParquetLibrary.load(from: folder.url) }
    #expect(said.contains("unusable"))
  }
}
