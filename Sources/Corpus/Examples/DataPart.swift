/// A part of a data set: the rows whose hash falls into an interval of 0 to 1.
///
/// A row's place depends on its id, or on its text where it has none, and on nothing else: it
/// stays in its part when rows are added, removed or reordered, and equal texts stay together.
public struct DataPart: Equatable, Sendable {
  public let from: Double
  public let to: Double

  public static let all = DataPart(from: 0, to: 1)

  /// - Parameters:
  ///   - from: the inclusive start, at least 0.
  ///   - to: the exclusive end, at most 1.
  public init(from: Double, to: Double) {
    self.from = from
    self.to = to
  }

  public func contains(_ identity: String) -> Bool {
    let place = Self.place(of: identity)
    return from <= place && place < to
  }

  /// The place of a row in 0..<1: FNV-1a over the bytes, mixed so that its high bits are even.
  static func place(of identity: String) -> Double {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in identity.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    hash ^= hash >> 33
    // 53 bits fill a double exactly.
    return Double(hash >> 11) / Double(UInt64(1) << 53)
  }
}
