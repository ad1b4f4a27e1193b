import Foundation

/// Files in a tar archive as ``TarHeader`` writes them. Archives of others are not read: what is in one
/// that Plumb did not write proves nothing, and could be a link, a device or a path out of the folder.
struct TarArchive {
  struct Entry {
    let path: String
    /// Where its bytes lie in the archive.
    let range: Range<Int>
  }

  /// The largest archive that is read, in bytes.
  static let largest = 4 << 30
  /// The most files of one.
  static let most = 1_000_000

  /// In the order of the archive.
  let entries: [Entry]

  /// - Parameter path: of the archive, for errors.
  /// - Throws: ``RunError/invalidFile(path:problem:)`` for anything but what ``write(_:to:)`` writes.
  init(_ data: Data, path: String) throws(RunError) {
    let block = TarHeader.block
    func refusal(_ problem: String) -> RunError { .invalidFile(path: path, problem: problem) }
    if let kind = Self.compression(data) {
      throw refusal("is compressed by \(kind); plumb capsule writes plain tar, unpack it first")
    }
    guard data.count >= 3 * block, data.count % block == 0 else {
      throw refusal(
        "is no whole tar archive: \(data.count) bytes; it was cut off, or is another file")
    }
    var entries: [Entry] = []
    var known: Set<String> = []
    var folders: Set<String> = []
    var place = 0
    while true {
      guard place + block <= data.count else {
        throw refusal("ends without the two empty blocks of a tar archive; it was cut off")
      }
      if Self.isEmpty(data, place..<place + block) { break }
      let (name, size, start) = try Self.header(data, at: place, refusal)
      if let problem = Self.problem(withPath: name) {
        throw refusal("names \(name.quoted) at byte \(place), which \(problem)")
      }
      guard known.insert(name).inserted, !folders.contains(name) else {
        throw refusal("holds \(name.quoted) twice, the second time at byte \(place)")
      }
      var parent = name[...]
      while let slash = parent.lastIndex(of: "/") {
        parent = parent[..<slash]
        guard !known.contains(String(parent)) else {
          throw refusal("holds \(String(parent).quoted) as a file and as a folder")
        }
        folders.insert(String(parent))
      }
      guard size <= data.count - start else {
        throw refusal("was cut off inside \(name.quoted): \(size) bytes are announced there")
      }
      // Nothing of a header is free.
      let expected = TarHeader.bytes(path: name, size: size)
      let found = data.subdata(in: data.startIndex + place..<data.startIndex + start)
      if let offset = Self.firstDifference(found, expected) {
        throw refusal("byte \(place + offset) in the header of \(name.quoted) was changed")
      }
      let end = start + size
      let next = end + TarHeader.padding(behind: size)
      guard next <= data.count, Self.isEmpty(data, end..<next) else {
        throw refusal("the padding behind \(name.quoted), at byte \(end), was changed or cut off")
      }
      entries.append(Entry(path: name, range: start..<end))
      guard entries.count <= Self.most else { throw refusal("holds more than \(Self.most) files") }
      place = next
    }
    guard data.count >= place + 2 * block else {
      throw refusal("was cut off: one of the two empty blocks at its end is missing")
    }
    guard data.count == place + 2 * block, Self.isEmpty(data, place..<data.count) else {
      throw refusal("holds something behind its end, from byte \(place) on")
    }
    self.entries = entries
  }

  /// Writes files in the given order.
  ///
  /// - Parameter contents: of a file, by its path.
  static func write(
    _ files: [(path: String, contents: () throws -> Data)], to url: URL
  ) throws {
    try AtomicFile.write(to: url) { writer in
      for file in files {
        let data = try file.contents()
        guard data.count <= TarHeader.largest else {
          throw RunError.unwritable(
            path: file.path, problem: "is larger than the 8 GB that a capsule holds of one file")
        }
        if let problem = problem(withPath: file.path) {
          throw RunError.unwritable(path: file.path, problem: problem)
        }
        try writer.append(TarHeader.bytes(path: file.path, size: data.count))
        try writer.append(data)
        try writer.append(Data(count: TarHeader.padding(behind: data.count)))
      }
      try writer.append(Data(count: 2 * TarHeader.block))
    }
  }

  // MARK: Reading

  /// - Returns: the file's path and size, and where its bytes begin.
  private static func header(
    _ data: Data, at place: Int, _ refusal: (String) -> RunError
  ) throws(RunError) -> (name: String, size: Int, start: Int) {
    let block = TarHeader.block
    func field(_ from: Int, _ count: Int, of header: Int) -> Data {
      let first = data.startIndex + header + from
      return data[first..<first + count].prefix { $0 != 0 }
    }
    func check(_ header: Int) throws(RunError) -> (type: UInt8, size: Int) {
      guard field(257, 5, of: header) == Data("ustar".utf8) else {
        throw refusal(
          "byte \(header) begins no header of a tar archive; it was changed, or is another file")
      }
      let type = data[data.startIndex + header + 156]
      let digits = field(124, 12, of: header)
      guard digits.count == 11,
        let size = Int(String(decoding: digits, as: UTF8.self), radix: 8), size >= 0
      else { throw refusal("the header at byte \(header) gives no size") }
      return (type, size)
    }
    func kind(_ type: UInt8) -> String {
      switch type {
      case UInt8(ascii: "1"), UInt8(ascii: "2"): "a link"
      case UInt8(ascii: "3"), UInt8(ascii: "4"): "a device"
      case UInt8(ascii: "5"): "a folder"
      case UInt8(ascii: "6"): "a pipe"
      default: "an entry of another kind"
      }
    }
    var (type, size) = try check(place)
    if type == UInt8(ascii: "x") {
      let next = place + block + size + TarHeader.padding(behind: size)
      guard size <= 1 << 16, next + block <= data.count else {
        throw refusal("the pax record at byte \(place) is cut off or too long")
      }
      let record = data.subdata(
        in: data.startIndex + place + block..<data.startIndex + place + block + size)
      let text = String(decoding: record, as: UTF8.self)
      guard let equals = text.range(of: " path="), text.hasSuffix("\n") else {
        throw refusal("the pax record at byte \(place) names no path")
      }
      let name = String(text[equals.upperBound...].dropLast())
      (type, size) = try check(next)
      guard type == UInt8(ascii: "0") else {
        throw refusal("holds \(kind(type)), \(name.quoted); a capsule holds plain files alone")
      }
      return (name, size, next + block)
    }
    let prefix = String(decoding: field(345, 155, of: place), as: UTF8.self)
    let name = String(decoding: field(0, 100, of: place), as: UTF8.self)
    let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
    guard type == UInt8(ascii: "0") else {
      throw refusal("holds \(kind(type)), \(path.quoted); a capsule holds plain files alone")
    }
    return (path, size, place + block)
  }

  /// Why a path is not one below the run; nil where it is.
  private static func problem(withPath path: String) -> String? {
    if path.utf8.count > 4096 { return "is too long" }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if path.isEmpty || parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      return "leads out of the capsule"
    }
    if path.unicodeScalars.contains(where: {
      $0.value < 0x20 || $0.value == 0x7F || $0 == "\u{FFFD}"
    }) {
      return "holds bytes that no name has"
    }
    return nil
  }

  /// Whether a text can be the name of one folder.
  static func isName(_ text: String) -> Bool {
    problem(withPath: text) == nil && !text.contains("/") && text.utf8.count <= 255
  }

  private static func isEmpty(_ data: Data, _ range: Range<Int>) -> Bool {
    data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound]
      .allSatisfy { $0 == 0 }
  }

  static func firstDifference(_ found: Data, _ expected: Data) -> Int? {
    if found == expected { return nil }
    return zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(found.count, expected.count)
  }

  private static func compression(_ data: Data) -> String? {
    let magics: [([UInt8], String)] = [
      ([0x1F, 0x8B], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"), ([0x42, 0x5A, 0x68], "bzip2"),
      ([0x50, 0x4B, 0x03, 0x04], "zip"),
    ]
    return magics.first { data.starts(with: $0.0) }?.1
  }
}
