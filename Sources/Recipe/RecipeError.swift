/// Everything that is wrong with a recipe, in the order of the file.
///
/// All mistakes come at once, so that a user corrects a recipe in one round; each is one line.
public struct RecipeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One mistake: where, and what to do about it.
  public struct Mistake: Equatable, Sendable, CustomStringConvertible {
    /// Where it is; nil when the file as a whole could not be read.
    public let place: RecipePlace?
    public let message: String

    public init(place: RecipePlace?, message: String) {
      self.place = place
      self.message = message
    }

    public var description: String {
      guard let place else { return message }
      return "\(place): \(message)"
    }
  }

  public let mistakes: [Mistake]

  public init(_ mistakes: [Mistake]) {
    self.mistakes = mistakes
  }

  init(_ place: RecipePlace?, _ message: String) {
    self.init([Mistake(place: place, message: message)])
  }

  /// One line for each mistake.
  public var description: String {
    mistakes.map(\.description).joined(separator: "\n")
  }
}
