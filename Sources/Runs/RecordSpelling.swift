import Foundation

/// How the keys of records are spelled. Keys that are data, of a `[String: …]`, are left as they are.
///
/// Types have `camelCase`, and so had the files of earlier versions; files have `snake_case`, as recipes do
/// and as most programs expect. The two say the same as long as a type spells every part of a key but the
/// first with one capital and KL with two; a test holds all records to that. Either is read, in one file too.
public enum RecordSpelling: Sendable {
  /// Of files and of what commands print.
  case snake
  /// Of types; what digests over records are made from, which must not change with the spelling.
  case camel

  var strategy: JSONEncoder.KeyEncodingStrategy {
    switch self {
    case .snake: .custom { Key(Self.snake($0.last?.stringValue ?? "")) }
    case .camel: .useDefaultKeys
    }
  }

  static var reading: JSONDecoder.KeyDecodingStrategy {
    .custom { Key(Self.camel($0.last?.stringValue ?? "")) }
  }

  /// `pValue` → `p_value`, `forwardKL` → `forward_kl`; what has no capital stays.
  static func snake(_ name: String) -> String {
    let letters = Array(name.utf8)
    guard letters.contains(where: isCapital) else { return name }
    var key: [UInt8] = []
    for (place, letter) in letters.enumerated() {
      guard isCapital(letter) else {
        key.append(letter)
        continue
      }
      let begins = place > 0 && !isCapital(letters[place - 1])
      let ends = place > 0 && place + 1 < letters.count && !isCapital(letters[place + 1])
      if begins || ends { key.append(UInt8(ascii: "_")) }
      key.append(letter | 0x20)
    }
    return String(decoding: key, as: UTF8.self)
  }

  /// `p_value` → `pValue`, `forward_kl` → `forwardKL`; what has no `_` stays.
  static func camel(_ key: String) -> String {
    let letters = key.utf8
    guard letters.contains(UInt8(ascii: "_")) else { return key }
    let words = key.split(separator: "_", omittingEmptySubsequences: false)
    return words.dropFirst().reduce(into: String(words[0])) { name, word in
      name += word == "kl" ? "KL" : word.prefix(1).uppercased() + word.dropFirst()
    }
  }

  private static func isCapital(_ letter: UInt8) -> Bool { (0x41...0x5A).contains(letter) }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
