/// Finds, among texts that it was given, those that are nearly another one.
///
/// Locality-sensitive hashing: of the 126 numbers of ``MinHash``, texts that agree in all six of one
/// of 21 bands are candidates. At a similarity J that is 1 − (1 − J⁶)²¹: 0.998 at 0.8, 1 − 4·10⁻⁸ at
/// 0.9, 0.28 at 0.5. Candidates are then compared exactly, so that nothing below the threshold is
/// ever reported.
///
/// Work and memory are linear in the number of texts: a band is followed back over the eight newest
/// entries, the eight likeliest candidates are compared. An entry takes about a kilobyte.
///
/// Source: Leskovec, Rajaraman and Ullman, "Mining of massive datasets", 3.4.
final class NearIndex {
  /// Jaccard's coefficient from which texts are near duplicates.
  static let threshold = 0.8

  struct Match: Equatable {
    let entry: Int
    /// Jaccard's coefficient of the shingles.
    let similarity: Double
  }

  private static let rows = 6
  private static let bands = MinHash.places / rows
  /// Entries of a band that are followed back, and candidates that are compared exactly.
  private static let most = 8
  /// Estimates scatter by 0.04 or less around a similarity of 0.8; below this none is compared.
  private static let least = 0.65

  private(set) var count = 0
  /// The shingles of an entry: they are made again when needed, for they take more than all else.
  private let shingles: (Int) -> Shingles
  private var numbers: [UInt32] = []
  /// The newest entry of each band's value.
  private var newest: [UInt64: Int32] = [:]
  /// The one before it, for each entry and band; −1 for none.
  private var before: [Int32] = []
  private var remembered: [Int: Shingles] = [:]

  /// - Parameter shingles: those of an entry.
  init(shingles: @escaping (Int) -> Shingles) { self.shingles = shingles }

  /// Adds the next entry. Those without shingles are near to nothing.
  func append(_ hash: MinHash, isEmpty: Bool) {
    let entry = Int32(count)
    numbers += hash.numbers
    for band in 0..<Self.bands {
      guard !isEmpty else {
        before.append(-1)
        continue
      }
      before.append(newest.updateValue(entry, forKey: Self.value(of: band, hash.numbers)) ?? -1)
    }
    count += 1
  }

  /// All entries found that are nearly these, the most similar first, then the first.
  func matches(_ wanted: Shingles, _ hash: MinHash) -> [Match] {
    guard count > 0, !wanted.all.isEmpty else { return [] }
    var candidates: Set<Int> = []
    for band in 0..<Self.bands {
      var entry = newest[Self.value(of: band, hash.numbers)] ?? -1
      var steps = 0
      while entry >= 0, steps < Self.most {
        candidates.insert(Int(entry))
        entry = before[Int(entry) * Self.bands + band]
        steps += 1
      }
    }
    let estimates = candidates.map { ($0, estimate($0, hash.numbers)) }
      .filter { $0.1 >= Self.least }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    return estimates.prefix(Self.most).compactMap { entry, _ in
      let similarity = content(of: entry).similarity(to: wanted)
      return similarity >= Self.threshold ? Match(entry: entry, similarity: similarity) : nil
    }.sorted { ($1.similarity, $0.entry) < ($0.similarity, $1.entry) }
  }

  private func estimate(_ entry: Int, _ other: [UInt32]) -> Double {
    let start = entry * MinHash.places
    var equal = 0
    for place in 0..<MinHash.places where numbers[start + place] == other[place] { equal += 1 }
    return Double(equal) / Double(MinHash.places)
  }

  private func content(of entry: Int) -> Shingles {
    if let found = remembered[entry] { return found }
    if remembered.count >= 256 { remembered = [:] }
    let found = shingles(entry)
    remembered[entry] = found
    return found
  }

  private static func value(of band: Int, _ numbers: [UInt32]) -> UInt64 {
    var value = UInt64(band)
    for row in 0..<rows { value = MinHash.mixed(value ^ UInt64(numbers[band * rows + row])) }
    return value
  }
}
