import Recipe

/// Spoils a share of a data set's rows, to see what a method makes of bad data.
///
/// Whether a row is spoilt depends on its id and the seed alone: a smaller data set has the same
/// spoilt rows, and a larger share holds those of a smaller one. The share is that of a long series.
public struct DataNoise: Sendable {
  /// What a spoilt row holds.
  public indirect enum Kind: Sendable {
    /// A wrong answer from the data itself: the completion of the row behind it, the rejected
    /// completion in the place of the chosen one, the other label.
    case swapped
    /// A row of another data set, as one of lower quality.
    case replaced(name: String, by: DataSource)
  }

  private enum Name: String, CaseIterable { case swapped, replaced }

  public let kind: Kind
  public let share: Double
  public let seed: UInt64

  public init(_ kind: Kind, share: Double, seed: UInt64 = 0) {
    self.kind = kind
    self.share = share
    self.seed = seed
  }

  /// - Parameter above: the data sets that the recipe names before this one.
  init(from section: Section, among above: [String: DataSource]) {
    share = section.double(
      "share", above: 0, atMost: 1, about: "Share of the rows that are spoilt.")
    seed = UInt64(section.int("seed", default: 0, in: 0...Int.max, about: "Which rows are spoilt."))
    guard
      section.choice(
        "kind", default: Name.swapped,
        about: "A wrong answer of the data itself, or a row of other data.") == .replaced
    else {
      kind = .swapped
      return
    }
    let name = section.string("from", about: "The other data set, named above this one.")
    if let data = above[name] {
      kind = .replaced(name: name, by: data)
      return
    }
    kind = .swapped
    guard !name.isEmpty else { return }
    let offer = above.keys.sorted().joined(separator: ", ")
    section.mistake(
      "from",
      "there is no data named \(name) above this one"
        + (offer.isEmpty ? "" : " (there is \(offer))"))
  }

  /// Whether the row of an id is spoilt.
  public func spoils(_ id: String) -> Bool {
    DataPart(from: 0, to: share).contains("noise/\(seed)/\(id)")
  }

  /// The rows with the spoilt ones among them, in their old places.
  ///
  /// - Parameters:
  ///   - id: of a row.
  ///   - others: rows of the other data set, taken in order and again from the beginning.
  ///   - spoil: a wrong answer for a row, given the row behind it (behind the last, the first).
  func applied<Row>(
    to rows: [Row], id: (Row) -> String, others: (DataSource) throws -> [Row],
    spoil: (_ row: Row, _ next: Row) -> Row
  ) throws -> [Row] {
    var replacements: [Row] = []
    if case .replaced(_, let data) = kind { replacements = try others(data) }
    var used = 0
    return rows.enumerated().map { place, row in
      guard spoils(id(row)) else { return row }
      guard !replacements.isEmpty else { return spoil(row, rows[(place + 1) % rows.count]) }
      used += 1
      return replacements[(used - 1) % replacements.count]
    }
  }
}
