/// The set of all runs of eight bytes in a row's texts, by which two rows are alike.
///
/// Letters' case, punctuation and the width of blanks do not count: what is neither letter nor digit
/// is one blank. Eight bytes are about a word and a half of English and three characters of Chinese;
/// a changed word takes away about thirteen of them, wherever it stands.
///
/// Source: Broder 1997, "On the resemblance and containment of documents".
public struct Shingles: Sendable, Equatable {
  /// Bytes of one shingle.
  public static let size = 8

  /// As they come, so that one may stand there several times: sorting takes longer than all else, and
  /// only what is compared exactly needs it.
  let all: [UInt64]

  /// - Parameter texts: in any order; no shingle reaches from one into another.
  public init(_ texts: [String]) {
    var found: [UInt64] = []
    for text in texts {
      let bytes = Self.normalised(text)
      found.reserveCapacity(found.count + bytes.count)
      var window: UInt64 = 0
      for (place, byte) in bytes.enumerated() {
        window = window << 8 | UInt64(byte)
        if place >= Self.size - 1 { found.append(window) }
      }
      // A text of fewer bytes is one shingle, which no longer text has: its first byte is 0.
      if !bytes.isEmpty, bytes.count < Self.size { found.append(window) }
    }
    all = found
  }

  /// Jaccard's coefficient, the share of the shingles of either that both have, in 0 … 1; two sets
  /// without any are not alike.
  public func similarity(to other: Shingles) -> Double {
    let (left, right) = (distinct, other.distinct)
    var (first, second, common) = (0, 0, 0)
    while first < left.count, second < right.count {
      let (ours, theirs) = (left[first], right[second])
      if ours == theirs { common += 1 }
      if ours <= theirs { first += 1 }
      if theirs <= ours { second += 1 }
    }
    let either = left.count + right.count - common
    return either == 0 ? 0 : Double(common) / Double(either)
  }

  public static func == (first: Shingles, second: Shingles) -> Bool {
    first.distinct == second.distinct
  }

  /// Each once, in rising order.
  private var distinct: [UInt64] {
    var found = all.sorted()
    var kept = 0
    for shingle in found where kept == 0 || found[kept - 1] != shingle {
      found[kept] = shingle
      kept += 1
    }
    found.removeLast(found.count - kept)
    return found
  }

  /// Lower-case letters and digits of any script, one blank between runs of them.
  static func normalised(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var isBehindBlank = true
    func blank() {
      if !isBehindBlank { bytes.append(0x20) }
      isBehindBlank = true
    }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x30...0x39, 0x61...0x7A:
        bytes.append(UInt8(scalar.value))
        isBehindBlank = false
      case 0x41...0x5A:
        bytes.append(UInt8(scalar.value) | 0x20)
        isBehindBlank = false
      case 0..<0x80: blank()
      default:
        let properties = scalar.properties
        if properties.isAlphabetic || properties.numericType != nil {
          bytes.append(contentsOf: properties.lowercaseMapping.utf8)
          isBehindBlank = false
        } else {
          blank()
        }
      }
    }
    if bytes.last == 0x20 { bytes.removeLast() }
    return bytes
  }
}
