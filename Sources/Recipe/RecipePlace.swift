/// Where a setting was written.
public enum RecipePlace: Equatable, Sendable, CustomStringConvertible {
  /// A line and a column of the file, both counted from 1; columns count characters.
  case file(name: String, line: Int, column: Int)
  /// An override of the command line, as typed: `stages.dpo.beta=0.1`.
  case override(String)

  public var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .override(let text): "--set \(Quoted.plain(text))"
    }
  }

  /// The place without its column, as `resolved.json` records the origin of a value.
  var origin: String {
    switch self {
    case .file(let name, let line, _): "\(name):\(line)"
    case .override(let text): "--set \(Quoted.plain(text))"
    }
  }

  /// The order of mistakes: the file from top to bottom, then the overrides.
  static func precedes(_ left: RecipePlace, _ right: RecipePlace) -> Bool {
    switch (left, right) {
    case (.file(_, let leftLine, let leftColumn), .file(_, let rightLine, let rightColumn)):
      (leftLine, leftColumn) < (rightLine, rightColumn)
    case (.file, .override): true
    case (.override, .file): false
    case (.override(let left), .override(let right)): left < right
    }
  }
}
