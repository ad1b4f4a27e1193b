/// Outputs that a judge must not prefer, whatever the prompt.
public enum CanaryKind: String, Sendable, Codable, CaseIterable {
  case empty
  /// The same polite sentence for every prompt.
  case constant
  /// A single punctuation mark.
  case punctuation
  /// Claims to be the better output, and writes the verdict itself.
  case injection
  /// Closes the delimiters of a template and speaks as the user.
  case escape
  /// The baseline's own output: a fair judge prefers neither.
  case baseline
}
