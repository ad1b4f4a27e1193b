import Foundation

/// Takes a key out of foreign text, whole or in part, however a server wrote it.
///
/// Any eight characters in a row that also stand in the key, in its reverse, or in one of its usual
/// encodings are replaced, so that a server which echoes half a key gives nothing away.
public struct Scrubber: Sendable {
  private static let length = 8
  private var pieces: Set<[UInt8]> = []
  private var short: [[UInt8]] = []

  public init(_ keys: [APIKey]) {
    for key in keys {
      for form in Self.forms(of: key.secret) {
        let bytes = Array(form.utf8)
        guard bytes.count >= Self.length else {
          // A key of a few characters is a dummy; only the whole of it is taken out.
          if bytes.count >= 4 { short.append(bytes) }
          continue
        }
        for start in 0...(bytes.count - Self.length) {
          pieces.insert(Array(bytes[start..<start + Self.length]))
        }
      }
    }
  }

  /// The key as text, JSON, URL, hexadecimal and base64 at each of its three places; and reversed.
  private static func forms(of secret: String) -> [String] {
    let data = Data(secret.utf8)
    let hexadecimal = data.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
    let encoded = (0..<3).map { shift in
      // The characters that the bytes before share with the key are dropped.
      let text = (Data(repeating: 0x20, count: shift) + data).base64EncodedString()
      return String(text.dropFirst(shift == 0 ? 0 : shift + 1).prefix { $0 != "=" })
    }
    let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    var forms = [
      secret, String(secret.reversed()), hexadecimal, hexadecimal.uppercased(),
      secret.addingPercentEncoding(withAllowedCharacters: unreserved) ?? secret,
      secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("/", with: "\\/"),
    ]
    forms += encoded
    forms += encoded.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
    return forms
  }

  public func scrub(_ text: String) -> String {
    guard !pieces.isEmpty || !short.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var covered = [Bool](repeating: false, count: bytes.count)
    if bytes.count >= Self.length {
      for start in 0...(bytes.count - Self.length)
      where pieces.contains(Array(bytes[start..<start + Self.length])) {
        for index in start..<start + Self.length { covered[index] = true }
      }
    }
    for piece in short where bytes.count >= piece.count {
      for start in 0...(bytes.count - piece.count)
      where bytes[start..<start + piece.count].elementsEqual(piece) {
        for index in start..<start + piece.count { covered[index] = true }
      }
    }
    guard covered.contains(true) else { return text }
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if !covered[index] {
        result.append(byte)
      } else if index == 0 || !covered[index - 1] {
        result += Array("[redacted]".utf8)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
