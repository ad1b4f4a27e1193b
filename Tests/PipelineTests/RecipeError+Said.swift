import Recipe

extension RecipeError {
  /// The mistakes but for files and folders that recipes of tests only name.
  var said: [Mistake] {
    mistakes.filter {
      !$0.message.contains(": there is no folder /") && !$0.message.contains(": there is no file /")
    }
  }
}
