import Foundation

/// Reads record files and names file and line where one is not what it should be.
struct RecordFile {
  let url: URL
  /// The path inside the run, for messages.
  let name: String

  /// The whole file, or nil when there is none.
  func contents() throws -> Data? {
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    do {
      return try Data(contentsOf: url)
    } catch {
      throw ReportError.unreadable(file: name, reason: (error as NSError).localizedDescription)
    }
  }

  /// One JSON value that is the whole file.
  func value<Value: Decodable>(_ type: Value.Type) throws -> Value? {
    guard let data = try contents() else { return nil }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw ReportError.malformed(file: name, line: nil, reason: Self.reason(error))
    }
  }

  /// One JSON value per line. A last line without its line feed was being written when the run
  /// stopped: it is left out, and `tornBytes` counts it.
  func lines<Value: Decodable>(_ type: Value.Type) throws -> (values: [Value], tornBytes: Int) {
    guard let data = try contents() else { return ([], 0) }
    let bytes = [UInt8](data)
    let decoder = JSONDecoder()
    var values: [Value] = []
    var number = 0
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      let line = bytes[start..<end]
      start = end + 1
      if line.isEmpty { continue }
      do {
        values.append(try decoder.decode(type, from: Data(line)))
      } catch {
        throw ReportError.malformed(file: name, line: number, reason: Self.reason(error))
      }
    }
    return (values, bytes.count - start)
  }

  static func reason(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : " at " + path.map(\.stringValue).joined(separator: ".")
    }
    guard let error = error as? DecodingError else { return "not JSON" }
    switch error {
    case .keyNotFound(let key, let context):
      return "field '\(key.stringValue)' is missing" + place(context.codingPath)
    case .typeMismatch(let type, let context):
      return "expected \(type)" + place(context.codingPath)
    case .valueNotFound(let type, let context):
      return "expected \(type), found null" + place(context.codingPath)
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "not JSON" : "bad value" + place(context.codingPath)
    @unknown default:
      return "not JSON"
    }
  }
}
