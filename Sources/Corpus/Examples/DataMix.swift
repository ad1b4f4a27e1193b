import Recipe

/// Rows of several data sets, each with its share.
public struct DataMix: Sendable {
  public struct Part: Sendable {
    public let name: String
    public let weight: Double
    public let source: DataSource
  }

  public let parts: [Part]

  public init(_ parts: [Part]) { self.parts = parts }

  /// - Parameter above: the data sets that the recipe names before this one.
  init(from section: Section, among above: [String: DataSource]) {
    var parts: [Part] = []
    for name in section.keys {
      let weight = section.double(name, above: 0, atMost: 1_000_000)
      if let source = above[name] {
        parts.append(Part(name: name, weight: weight, source: source))
        continue
      }
      let offer = above.keys.sorted().joined(separator: ", ")
      section.mistake(
        name,
        "there is no data of that name above this one"
          + (offer.isEmpty ? "" : " (there is \(offer))"))
    }
    if section.keys.isEmpty { section.mistake("names no data") }
    self.parts = parts
  }

  /// Takes rows in their order so that each part has its share at every length, until the next one
  /// of some part is missing: no row is taken twice.
  func rows<Row: Example>(_ read: (DataSource) throws -> [Row]) throws -> [Row] {
    let lists = try parts.map { try read($0.source) }
    var taken = parts.map { _ in 0 }
    var result: [Row] = []
    while true {
      let ranks = zip(taken, parts).map { (Double($0) + 0.5) / $1.weight }
      guard let next = ranks.indices.min(by: { ranks[$0] < ranks[$1] }),
        taken[next] < lists[next].count
      else { return result }
      var row = lists[next][taken[next]]
      row.id = "\(parts[next].name)/\(row.id)"
      result.append(row)
      taken[next] += 1
    }
  }
}
