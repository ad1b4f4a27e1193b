import Recipe

enum Schedule: String, CaseIterable {
  case constant, linear, cosine
}

/// Reads a recipe and gives the lines of its mistakes; empty when it has none.
func mistakes(
  in text: String, overrides: [String] = [], reading: (Section) -> Void = { _ in }
) -> [String] {
  do {
    let document = try RecipeDocument.parse(text, name: "recipe.yaml", overrides: overrides)
    reading(document.root)
    try document.finish()
    return []
  } catch let error as RecipeError {
    return error.mistakes.map(\.description)
  } catch {
    return ["not a RecipeError: \(error)"]
  }
}
