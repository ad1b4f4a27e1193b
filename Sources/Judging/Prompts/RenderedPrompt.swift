import Runs

/// A question as a judge reads it.
public struct RenderedPrompt: Sendable, Equatable {
  /// Empty where the template has no system text.
  public let system: String
  public let user: String
  /// The code of the delimiters around foreign text.
  public let code: String
  /// Places in the foreign texts that were broken.
  public let neutralized: Int

  /// System and user text as one, for models without a chat format.
  public var plain: String { withoutSystem.user + "\n" }

  /// The system text at the head of the user's, for models that take no system text.
  var withoutSystem: RenderedPrompt {
    RenderedPrompt(
      system: "", user: [system, user].filter { !$0.isEmpty }.joined(separator: "\n\n"),
      code: code, neutralized: neutralized)
  }
}

extension PromptTemplate {
  /// Puts the texts of a question into the slots, once; nothing of them is scanned for slots.
  ///
  /// Every text stands between delimiter lines with a code that nobody could know when the text was
  /// written.
  ///
  /// - Parameter code: for tests; follows from the question where it is nil.
  /// - Throws: ``JudgingError/setting(_:)`` where the question lacks what the template asks for.
  public func render(
    _ question: JudgeQuestion, code: String? = nil
  ) throws(JudgingError) -> RenderedPrompt {
    let wanted = subject == .comparison ? 2 : 1
    guard question.candidates.count == wanted else {
      throw .setting(
        "template \(name) asks about \(wanted) candidate\(wanted == 1 ? "" : "s"), not "
          + "\(question.candidates.count)")
    }
    if slots.contains(.reference), question.reference == nil {
      throw .setting(
        "template \(name) wants a reference, and prompt \(question.id) has none; give them with "
          + "--reference FILE")
    }
    if slots.contains(.checklist), question.checklist == nil {
      throw .setting(
        "template \(name) wants a checklist, and prompt \(question.id) has none; give its row a "
          + "'checklist', a list of texts")
    }
    let neutralizer = Neutralizer(verdicts)
    var texts: [PromptSlot: String] = [:]
    var neutralized = 0
    for slot in slots where slot != .code {
      let (text, count) = neutralizer.neutralize(question.text(of: slot))
      texts[slot] = text
      neutralized += count
    }
    let delimiterCode: String
    if let code { delimiterCode = code } else { delimiterCode = try question.code() }
    func join(_ pieces: [Piece]) -> String {
      pieces.map { piece in
        switch piece {
        case .text(let text): text
        case .slot(.code): delimiterCode
        case .slot(let slot):
          "<begin:\(slot.delimiter):\(delimiterCode)>\n\(texts[slot] ?? "")\n<end:\(slot.delimiter):\(delimiterCode)>"
        }
      }.joined()
    }
    return RenderedPrompt(
      system: join(system), user: join(user), code: delimiterCode, neutralized: neutralized)
  }
}

extension JudgeQuestion {
  /// 128 bits of a hash over all texts of the question, in hexadecimal.
  ///
  /// A text that held its own code would have to contain its own hash. Random bits would hide the
  /// code no better, and the same question would not be asked in the same words twice.
  fileprivate func code() throws(JudgingError) -> String {
    do {
      let bare = JudgeIdentity(name: "", facts: [:])
      return String(try bare.key(of: self).prefix(32))
    } catch {
      throw .setting("prompt \(id) cannot be written as JSON: \(error)")
    }
  }

  fileprivate func text(of slot: PromptSlot) -> String {
    switch slot {
    case .prompt: prompt.words
    case .first, .candidate: candidates.first ?? ""
    case .second: candidates.last ?? ""
    case .reference: reference ?? ""
    case .checklist: checklist ?? ""
    case .code: ""
    }
  }
}
