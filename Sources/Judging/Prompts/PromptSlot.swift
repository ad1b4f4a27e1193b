/// A place in a judge template that a text of the question is put into.
public enum PromptSlot: String, Sendable, CaseIterable {
  case prompt
  /// The candidate that the judge knows as A.
  case first
  /// The candidate that the judge knows as B.
  case second
  /// The only candidate, where one is rated.
  case candidate
  case reference
  /// What to look at in answers to this prompt, point by point.
  case checklist
  /// The code that marks where foreign text begins and ends.
  case code

  /// As the delimiters around the text name it.
  var delimiter: String {
    switch self {
    case .first: "A"
    case .second: "B"
    default: rawValue
    }
  }
}
