/// The mistakes of one document, shared by its sections.
final class MistakeLedger {
  private(set) var mistakes: [RecipeError.Mistake] = []

  func add(_ mistake: RecipeError.Mistake) {
    mistakes.append(mistake)
  }

  func add(_ place: RecipePlace, _ message: String) {
    mistakes.append(RecipeError.Mistake(place: place, message: message))
  }
}
