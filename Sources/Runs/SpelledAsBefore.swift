/// What other programs read by the names that it always had: drawn completions, of which keys are
/// `camelCase` in files and on screen too. Both spellings are read.
public protocol SpelledAsBefore {}
