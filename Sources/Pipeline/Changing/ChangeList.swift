import Command

/// What a change makes anew, takes over and keeps, with the price in time: all that is said before
/// anything is touched.
struct ChangeList {
  enum Action: String, Encodable {
    /// Set aside, and made anew.
    case redo
    /// Taken over from another run.
    case reuse
    /// Made, since there is nothing to take over.
    case make
    /// Measured again.
    case measure
    case keep
  }

  /// One training, or what is measured; also the record for programs.
  struct Line: Encodable {
    let kind = "change"
    let action: Action
    let name: String
    let reason: String
    /// What it took, or will take; nil where nothing says so. Of what is reused, what that saves.
    let seconds: Double?

    private enum CodingKeys: String, CodingKey { case kind, action, name, reason, seconds }
  }

  private(set) var lines: [Line] = []

  mutating func add(_ action: Action, _ name: String, _ reason: String, _ seconds: Double?) {
    lines.append(Line(action: action, name: name, reason: reason, seconds: seconds))
  }

  /// Of all that is made, in seconds; nil where nothing is on record.
  var price: Double? {
    let known = lines.filter { [.redo, .make, .measure].contains($0.action) }.compactMap(\.seconds)
    return known.isEmpty ? nil : known.reduce(0, +)
  }

  /// As a person reads it.
  var text: [String] {
    var table = TextTable([("", .left), ("", .left), ("time", .right), ("why", .left)])
    for line in lines where line.action != .keep {
      table.append([
        title(line.action), line.name, StagePrices.words(line.seconds), line.reason,
      ])
    }
    let kept = lines.filter { $0.action == .keep }
    let keeps =
      kept.isEmpty
      ? [] : ["Stays as it is: \(kept.map(\.name).joined(separator: ", "))."]
    guard kept.count < lines.count else { return keeps }
    let total = price.map { price in
      [
        "To be made: about \(StagePrices.words(price)), by what runs recorded, else by an estimate."
      ]
    }
    return table.lines + keeps + (total ?? [])
  }

  private func title(_ action: Action) -> String {
    switch action {
    case .redo: "made anew"
    case .reuse: "reused"
    case .make: "made"
    case .measure: "measured"
    case .keep: "kept"
    }
  }
}
