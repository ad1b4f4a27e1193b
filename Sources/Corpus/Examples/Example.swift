import Runs

/// What a row becomes, as its source tells examples apart and measures them.
protocol Example {
  var id: String { get set }
  var content: ExampleContent { get }
  /// What its loss counts for.
  var weight: Double { get }
}

/// All that an example says.
struct ExampleContent: Hashable {
  let prompt: Dialogue?
  let texts: [ByteText]
  /// Labels and scores.
  let marks: [Double]

  init(_ prompt: Dialogue?, _ texts: [String], marks: [Double] = []) {
    self.prompt = prompt
    self.texts = texts.map { ByteText($0) }
    self.marks = marks
  }

  /// Of the prompt and the longest other text together, in Unicode scalars.
  var length: Int {
    let turns: [String]
    switch prompt {
    case .text(let text)?, .markup(let text)?: turns = [text]
    case .turns(let all)?, .setting(let all, _)?: turns = all.map(\.content)
    case nil: turns = []
    }
    return turns.reduce(0) { $0 + $1.unicodeScalars.count }
      + (texts.map(\.text.unicodeScalars.count).max() ?? 0)
  }
}
