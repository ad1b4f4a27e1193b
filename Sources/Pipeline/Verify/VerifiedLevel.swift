/// One of the three things that a verification holds a run to.
struct VerifiedLevel: Encodable, Equatable {
  enum Name: String, Encodable {
    /// Every file is as it was written.
    case records
    /// Every number follows from the records.
    case numbers
    /// What is made again on this machine has the same bytes.
    case bytes
  }

  let level: Name
  /// Nil where nothing was tried.
  var held: Bool?
  /// What was held to it.
  var text: String
  /// What was found otherwise, file and place; a line each.
  var problems: [String] = []
  /// What could not be looked at, and why.
  private(set) var omitted: [String] = []

  /// Says that something was not looked at, once.
  mutating func omit(_ reason: String) {
    if !omitted.contains(reason) { omitted.append(reason) }
  }

  var line: String {
    let word =
      switch held {
      case true?: "held"
      case false?: "NOT held"
      case nil: "not tried"
      }
    return "\(level.rawValue): \(word); \(text)"
  }
}
