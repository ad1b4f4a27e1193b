import CParquet
import Foundation
import Runs

/// The rows of a Parquet file, as JSON would hold them.
///
/// A row's place is its number in the file, and a field's the number of its column, as in a table.
/// Timestamps, dates and times are ISO 8601 texts, maps with texts as keys are objects; bytes and other
/// types are refused by name. Memory is that of some rows, whatever the size of the file.
struct ParquetReader {
  let path: String
  /// The columns that somebody reads; the others stay undecoded and are null. All where it is nil.
  let columns: [String]?

  /// Whether a file begins as one of Parquet does.
  static func isParquet(_ path: String) throws(CorpusError) -> Bool {
    let handle = try FileBytes.open(path)
    defer { close(handle) }
    var start = [UInt8](repeating: 0, count: 4)
    return Foundation.read(handle, &start, 4) == 4 && start.elementsEqual("PAR1".utf8)
  }

  /// - Throws: ``CorpusError`` when the file cannot be read on; what `body` throws.
  func forEach(
    _ body: (Record) throws -> Bool, problem: (RowProblem) throws -> Void
  ) throws {
    let file = try ParquetFile(path, columns)
    var unpacked = 0
    var number = 0
    while true {
      number += 1
      switch try file.next(number) {
      case .end: return
      case .bad(let found): try problem(found)
      case .row(let row, let count):
        unpacked += count
        guard unpacked <= ByteSource.freely || unpacked / ByteSource.mostUnpacking <= file.size
        else {
          throw CorpusError.file(
            path: path,
            problem: "unpacks to more than \(ByteSource.mostUnpacking) times its size; unpack it "
              + "yourself if you trust it")
        }
        if try !body(row) { return }
      }
    }
  }
}

/// An open Parquet file.
private final class ParquetFile {
  enum Step {
    /// A row, and the bytes of its text.
    case row(Record, Int)
    case bad(RowProblem)
    case end
  }

  private let path: String
  private let functions: plumb_parquet_functions
  private let handle: OpaquePointer
  /// In bytes.
  let size: Int

  init(_ path: String, _ columns: [String]?) throws(CorpusError) {
    self.path = path
    let functions: plumb_parquet_functions
    do throws(ParquetLibrary.Absence) {
      functions = try ParquetLibrary.load()
    } catch {
      throw .file(path: path, problem: error.description)
    }
    self.functions = functions
    size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    var problem = [CChar](repeating: 0, count: 1024)
    // Names with a zero inside would end there.
    let names = columns?.filter { !$0.utf8.contains(0) }.map { strdup($0) }
    defer { for name in names ?? [] { free(name) } }
    let pointers = names?.map { UnsafePointer<CChar>($0) }
    let opened =
      pointers.map {
        $0.withUnsafeBufferPointer {
          functions.open(path, $0.baseAddress, $0.count, &problem, problem.count)
        }
      } ?? functions.open(path, nil, 0, &problem, problem.count)
    guard let opened else {
      let reason = problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw .file(path: path, problem: Shown.reason(String(decoding: reason, as: UTF8.self)))
    }
    handle = opened
  }

  deinit { functions.close(handle) }

  /// - Parameter number: of the row that comes next, from 1.
  func next(_ number: Int) throws(CorpusError) -> Step {
    let found = functions.next(handle)
    let bytes = UnsafeBufferPointer(
      start: UnsafeRawPointer(found.text)?.assumingMemoryBound(to: UInt8.self),
      count: found.text_count)
    func words() -> String { Shown.reason(String(decoding: bytes, as: UTF8.self)) }
    func column() -> String {
      let name = UnsafeBufferPointer(
        start: UnsafeRawPointer(found.column)?.assumingMemoryBound(to: UInt8.self),
        count: found.column_count)
      return String(decoding: name, as: UTF8.self)
    }
    let start = JSONPosition(line: number, column: 1)
    switch UInt32(bitPattern: found.outcome) {
    case PLUMB_PARQUET_ROW.rawValue:
      do {
        var parser = JSONParser(bytes, line: number)
        let members = try parser.document().object?.members ?? []
        let object = JSONObject(
          members: members.enumerated().map { index, member in
            JSONObject.Member(
              key: member.key, value: member.value,
              position: JSONPosition(line: number, column: index + 1))
          })
        return .row(Record(file: path, position: start, object: object), bytes.count)
      } catch {
        return .bad(problem(start, nil, error.problem))
      }
    case PLUMB_PARQUET_BAD.rawValue: return .bad(problem(start, column(), words()))
    case PLUMB_PARQUET_END.rawValue: return .end
    default: throw .file(path: path, problem: "row \(number): \(words())")
    }
  }

  private func problem(_ place: JSONPosition, _ field: String?, _ problem: String) -> RowProblem {
    RowProblem(
      file: path, position: place, field: field, problem: problem,
      advice: "correct or remove the row")
  }
}
