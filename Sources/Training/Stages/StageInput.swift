/// Something that a stage is made from, beside its own settings.
public enum StageInput: Hashable, Sendable {
  /// The outcome of another stage.
  case stage(String)
  /// A folder with a model or tokenizer that no stage of the run makes, as the recipe names it.
  case folder(String)
  /// A file, as the recipe names it: a judge's template.
  case file(String)
  /// Rows, by the recipe's name of them.
  case data(String)
}

/// What the stage whose section is being read is made from.
///
/// Whoever looks a name up in ``RecipeNames`` declares it by that, so that no stage can use what it
/// did not declare; seals, the order of stages and plans follow from the list.
public final class StageInputs {
  /// Each once, in the order in which they were first named.
  public private(set) var all: [StageInput] = []

  public init() {}

  public func declare(_ input: StageInput) {
    if !all.contains(input) { all.append(input) }
  }

  /// The stages among them.
  public var stages: [String] {
    all.compactMap { if case .stage(let name) = $0 { name } else { nil } }
  }
}
