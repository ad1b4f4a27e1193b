import Foundation
import Runs

extension JudgeIdentity {
  /// What an answer to a question is remembered under: SHA-256 over canonical JSON of the facts and
  /// of all of the question but its id.
  public func key(of question: JudgeQuestion) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return SHA256.hex(
      of: try encoder.encode(
        Asked(
          judge: facts, prompt: question.prompt, candidates: question.candidates,
          reference: question.reference, checklist: question.checklist,
          repetition: question.repetition)))
  }

  private struct Asked: Encodable {
    let judge: [String: String]
    let prompt: Dialogue
    let candidates: [String]
    let reference: String?
    /// Where there is none the key is what it was before there were any.
    let checklist: String?
    let repetition: Int
  }
}
