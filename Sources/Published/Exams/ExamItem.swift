/// One question of an examination, as its file has it; no model has read it yet.
public struct ExamItem: Sendable, Equatable {
  /// What is asked for, and what is right.
  public enum Question: Sendable, Equatable {
    /// Continuations of the prompt, of which a right one should be the likeliest.
    case choices([Choice])
    /// A text in which the right answer is found.
    case answer(String)
    /// A text that is to be predicted as a whole.
    case text(String)
    /// Completions of the prompt of which the first kind should score higher.
    case completions(correct: [String], incorrect: [String])
  }

  public struct Choice: Sendable, Equatable {
    public var text: String
    public var isRight: Bool

    public init(_ text: String, isRight: Bool) {
      self.text = text
      self.isRight = isRight
    }
  }

  /// As the file names it; nil where it does not.
  public var id: String?
  /// The subject, subset or domain it belongs to; nil where the file tells none apart.
  public var category: String?
  /// What stands once in front of all, few-shot examples included; mostly empty.
  public var description: String
  public var prompt: String
  public var question: Question
  /// What stands behind the prompt where the item serves as an example; nil where it cannot.
  public var shown: String?

  public init(
    id: String? = nil, category: String? = nil, description: String = "", prompt: String,
    _ question: Question, shown: String? = nil
  ) {
    self.id = id
    self.category = category
    self.description = description
    self.prompt = prompt
    self.question = question
    self.shown = shown
  }

  /// Every text that a model reads of it, for its hash.
  public var texts: [String] {
    switch question {
    case .choices(let choices): [description, prompt] + choices.map(\.text)
    case .answer(let text), .text(let text): [description, prompt, text]
    case .completions(let correct, let incorrect): [prompt] + correct + incorrect
    }
  }
}
