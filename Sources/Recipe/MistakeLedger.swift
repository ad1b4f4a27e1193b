/// The mistakes of one document, shared by its sections.
final class MistakeLedger {
  private(set) var mistakes: [RecipeError.Mistake] = []

  /// Files and folders that keys name and that are not there.
  private(set) var absences: [RecipeError.Mistake] = []

  func miss(_ place: RecipePlace, _ message: String) {
    absences.append(RecipeError.Mistake(place: place, message: message))
  }

  func add(_ mistake: RecipeError.Mistake) {
    mistakes.append(mistake)
  }

  func add(_ place: RecipePlace, _ message: String) {
    mistakes.append(RecipeError.Mistake(place: place, message: message))
  }
}
