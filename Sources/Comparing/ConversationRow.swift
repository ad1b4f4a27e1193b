import Corpus
import Runs

/// What users said and an assistant answered, turn by turn, as a row of outputs holds it.
struct ConversationRow {
  var questions: [String]
  var answers: [String]

  /// The first turns alone.
  func upTo(_ turn: Int) -> ConversationRow {
    ConversationRow(
      questions: Array(questions.prefix(turn)), answers: Array(answers.prefix(turn)))
  }

  /// What judges read as the prompt: one question as it is, several under their role.
  var prompt: String {
    questions.count == 1
      ? questions[0] : questions.map { "user: \($0)" }.joined(separator: "\n\n")
  }

  /// What judges compare: one answer as it is, of several turns the whole conversation.
  var output: String {
    questions.count == 1
      ? answers[0]
      : zip(questions, answers).map { "user: \($0)\n\nassistant: \($1)" }
        .joined(separator: "\n\n")
  }
}
