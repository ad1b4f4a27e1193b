import Foundation
import Runs

/// Files that are read as a whole: results, tables, logs; plain or compressed.
public enum DataFile {
  /// The largest such file, after decompression.
  static let limit = 1 << 30

  /// What a file is called without the extension of its format: every other dot is part of its name.
  ///
  /// `llama-3.1.json.gz` is `llama-3.1`.
  public static func stem(of path: String) -> String {
    var name = URL(filePath: path).lastPathComponent
    for endings in [
      Compression.allCases.map(\.ending), [".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt"],
    ] {
      if let ending = endings.first(where: { name.hasSuffix($0) }),
        name.utf8.count > ending.utf8.count
      {
        name.removeLast(ending.count)
      }
    }
    return name
  }

  /// Whether a file is a table with commas by its name, plain or compressed.
  public static func isTable(_ path: String) -> Bool {
    Compression.stripped(path).hasSuffix(".csv")
  }

  /// The files that a name of data stands for, as in a recipe's `files`: a path, a pattern, a folder,
  /// or a data set of the hub in this machine's cache.
  ///
  /// - Throws: ``CorpusError`` for a name that stands for none.
  public static func paths(_ name: String, from base: URL) throws(CorpusError) -> [String] {
    do throws(DataFiles.Problem) {
      return try DataFiles.resolve(name, base: base)
    } catch {
      throw .file(path: name, problem: error.text)
    }
  }

  /// - Throws: ``CorpusError`` when the file cannot be read, is damaged, or is larger than 1 GB.
  public static func bytes(_ path: String) throws(CorpusError) -> [UInt8] {
    let source = try ByteSource(path: path)
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { return bytes }
      bytes += buffer[0..<count]
      guard bytes.count <= limit else {
        throw CorpusError.file(path: path, problem: "is larger than 1 GB; split it")
      }
    }
  }

  /// One JSON value.
  ///
  /// - Throws: ``CorpusError``, with line and column where the content is no JSON.
  public static func json(_ path: String) throws(CorpusError) -> JSONValue {
    let content = try bytes(path)
    do {
      return try JSONParser.parse(content)
    } catch {
      throw CorpusError.rows(
        [
          RowProblem(
            file: path, position: error.position, field: nil, problem: error.problem,
            advice: "correct the file, or copy it again")
        ], total: 1)
    }
  }
}
