import Foundation
import Runs

/// Who a judge is: what it is called, and every fact that can change an answer of it.
public struct JudgeIdentity: Sendable, Equatable, Codable {
  /// As results show it.
  public var name: String
  /// Kind, model, address, the template's text, sampling settings, the parser's version, ….
  public var facts: [String: String]

  public init(name: String, facts: [String: String]) {
    self.name = name
    self.facts = facts
  }

  /// The identity of a judge that asks others, whose facts it keeps under numbered names.
  public init(name: String, combining others: [JudgeIdentity], facts: [String: String]) {
    var all = facts
    for (index, other) in others.enumerated() {
      for (key, value) in other.facts { all["\(index).\(key)"] = value }
    }
    self.init(name: name, facts: all)
  }

  /// What an answer to a question is remembered under: SHA-256 over canonical JSON of the facts and
  /// of all of the question but its id.
  public func key(of question: JudgeQuestion) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return SHA256.hex(
      of: try encoder.encode(
        Asked(
          judge: facts, prompt: question.prompt, candidates: question.candidates,
          reference: question.reference, repetition: question.repetition)))
  }

  private struct Asked: Encodable {
    let judge: [String: String]
    let prompt: String
    let candidates: [String]
    let reference: String?
    let repetition: Int
  }
}
