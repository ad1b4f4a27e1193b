import Foundation

/// Reads a recipe's bytes and says plainly why it cannot.
enum RecipeFile {
  static func read(_ path: String) throws(RecipeError) -> [UInt8] {
    let shown = Quoted.plain(path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw RecipeError(nil, "\(shown): no such file; give the path of a recipe")
    }
    guard !isDirectory.boolValue else {
      throw RecipeError(nil, "\(shown): is a directory; give the path of a recipe")
    }
    // A FIFO or device would block or never end.
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw RecipeError(nil, "\(shown): is not a regular file; give the path of a recipe")
    }
    let limit = RecipeDocument.byteLimit
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try handle.read(upToCount: limit + 1) ?? Data()
      try handle.close()
    } catch {
      throw RecipeError(nil, "\(shown): cannot be read; check its permissions")
    }
    guard data.count <= limit else {
      throw RecipeError(nil, "\(shown): is larger than 4 MB; a recipe holds settings, not data")
    }
    return Array(data)
  }

  /// Names the first byte that is not UTF-8.
  static func checkUnicode(_ bytes: [UInt8], name: String) throws(RecipeError) {
    guard String(validating: bytes, as: UTF8.self) == nil else { return }
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    var line = 1
    var column = 1
    decoding: while true {
      switch decoder.decode(&rest) {
      case .scalarValue("\n"): (line, column) = (line + 1, 1)
      case .scalarValue: column += 1
      case .emptyInput, .error: break decoding
      }
    }
    throw RecipeError(
      .file(name: name, line: line, column: column), "not UTF-8; save the file as UTF-8")
  }
}
