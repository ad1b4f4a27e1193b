import Foundation

/// The header of a plain file in a tar archive, of which there is one form alone: POSIX `ustar`, mode
/// 644, no owner, no time; a path that it cannot hold stands in a `pax` record before it.
///
/// Nothing of a header is free, so that the same files give the same archive on every machine, and a
/// changed byte is found by making the header again.
///
/// Source: IEEE Std 1003.1-2017, `pax`, "ustar interchange format" and "pax extended header".
enum TarHeader {
  static let block = 512
  /// What a size of eleven octal digits can say.
  static let largest = 1 << 33 - 1

  /// Everything in front of a file's bytes.
  static func bytes(path: String, size: Int) -> Data {
    if let (prefix, name) = split(path) {
      return header(name: name, prefix: prefix, size: size, type: "0")
    }
    let record = paxRecord(path)
    var bytes = header(name: "pax", prefix: "", size: record.count, type: "x")
    bytes += record + Data(count: padding(behind: record.count))
    // Readers without pax find the file under a short name.
    bytes += header(
      name: "long-\(SHA256.hex(of: path).prefix(16))", prefix: "", size: size, type: "0")
    return bytes
  }

  /// Zeros up to the next block.
  static func padding(behind size: Int) -> Int { (block - size % block) % block }

  /// `LENGTH path=PATH\n`, the length counting itself.
  private static func paxRecord(_ path: String) -> Data {
    let rest = " path=\(path)\n".utf8.count
    var length = rest + 1
    while length != rest + String(length).utf8.count { length = rest + String(length).utf8.count }
    return Data("\(length) path=\(path)\n".utf8)
  }

  /// At most 155 bytes, a slash, and at most 100.
  private static func split(_ path: String) -> (prefix: String, name: String)? {
    let bytes = Array(path.utf8)
    if bytes.count <= 100 { return ("", path) }
    for place in bytes.indices where bytes[place] == 0x2F {
      guard place <= 155, bytes.count - place - 1 <= 100 else { continue }
      return (
        String(decoding: bytes[..<place], as: UTF8.self),
        String(decoding: bytes[(place + 1)...], as: UTF8.self)
      )
    }
    return nil
  }

  private static func header(name: String, prefix: String, size: Int, type: String) -> Data {
    var bytes = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at place: Int) {
      for (offset, byte) in text.utf8.enumerated() { bytes[place + offset] = byte }
    }
    func octal(_ value: Int, digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put("0000644", at: 100)
    put("0000000", at: 108)
    put("0000000", at: 116)
    put(octal(size, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    put("        ", at: 148)
    put(type, at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put("0000000", at: 329)
    put("0000000", at: 337)
    put(prefix, at: 345)
    let sum = bytes.reduce(0) { $0 + Int($1) }
    put("\(octal(sum, digits: 6))\0 ", at: 148)
    return Data(bytes)
  }
}
