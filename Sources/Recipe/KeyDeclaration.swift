/// A key that a reader of recipes knows, declared by the call that reads it: the reader's advice, the
/// help and the schema for editors all come from there.
public struct KeyDeclaration: Equatable, Sendable {
  /// What may stand under the key.
  public enum Form: Equatable, Sendable {
    case text, truth, whole, number
    case choice([String])
    /// A list, or one value for a list of one.
    case texts, wholes, numbers
    case textPairs
    /// Keys of its own, each declared too.
    case mapping
    /// A mapping from names that the user chooses.
    case named

    /// As a table of keys has it.
    public var words: String {
      switch self {
      case .text: "text"
      case .truth: "true, false"
      case .whole: "whole number"
      case .number: "number"
      case .choice(let names): names.joined(separator: ", ")
      case .texts: "texts"
      case .wholes: "whole numbers"
      case .numbers: "numbers"
      case .textPairs: "pairs of texts"
      case .mapping: "section"
      case .named: "sections by name"
      }
    }
  }

  /// From the section that is described: `training.batch`.
  public var path: String
  public var form: Form
  /// What it is where the recipe leaves it out; `null` for nothing at all, nil where it is required.
  public var usual: RecipeValue?
  /// The values it takes, in the words of the reader's message; nil for all of its form.
  public var range: String?
  /// One line: what it does, its unit, why the default.
  public var about: String

  /// The last part of the path.
  public var name: String { path.split(separator: ".").last.map(String.init) ?? path }

  /// The default as a recipe would write it.
  public var usualWords: String {
    switch usual {
    case nil: "required"
    case .null: "–"
    case .some(let value): Self.words(value)
    }
  }

  private static func words(_ value: RecipeValue) -> String {
    switch value {
    case .null: "–"
    case .boolean(let flag): flag ? "true" : "false"
    case .integer(let number): "\(number)"
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .string(let text): text.isEmpty ? "\"\"" : text
    case .list(let values): "[\(values.map(words).joined(separator: ", "))]"
    case .object: "{}"
    }
  }
}
