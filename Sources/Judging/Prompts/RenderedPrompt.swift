/// A question as a judge reads it.
public struct RenderedPrompt: Sendable, Equatable {
  /// Empty where the template has no system text.
  public let system: String
  public let user: String
  /// The code of the delimiters around foreign text.
  public let code: String
  /// Places in the foreign texts that were broken.
  public let neutralized: Int
}

extension PromptTemplate {
  /// Puts the texts of a question into the slots, once; nothing of them is scanned for slots.
  ///
  /// Every text stands between delimiter lines with a code that nobody could know when the text was
  /// written.
  ///
  /// - Parameter code: for tests; drawn anew where it is nil.
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
    let neutralizer = Neutralizer(verdicts)
    var texts: [PromptSlot: String] = [:]
    var neutralized = 0
    for slot in slots where slot != .code {
      let (text, count) = neutralizer.neutralize(question.text(of: slot))
      texts[slot] = text
      neutralized += count
    }
    let code = code ?? Self.newCode()
    func join(_ pieces: [Piece]) -> String {
      pieces.map { piece in
        switch piece {
        case .text(let text): text
        case .slot(.code): code
        case .slot(let slot):
          "<begin:\(slot.delimiter):\(code)>\n\(texts[slot] ?? "")\n<end:\(slot.delimiter):\(code)>"
        }
      }.joined()
    }
    return RenderedPrompt(
      system: join(system), user: join(user), code: code, neutralized: neutralized)
  }

  /// 128 random bits, in hexadecimal.
  static func newCode() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

extension JudgeQuestion {
  fileprivate func text(of slot: PromptSlot) -> String {
    switch slot {
    case .prompt: prompt
    case .first, .candidate: candidates.first ?? ""
    case .second: candidates.last ?? ""
    case .reference: reference ?? ""
    case .code: ""
    }
  }
}
