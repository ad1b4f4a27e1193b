import Foundation
import Runs

/// Whether what is learnt of a conversation is its answer. Templates are programs, and some write answers
/// nowhere, or write what stands before an answer differently once it is there.
extension Tokenizer {
  /// - Parameters:
  ///   - reading: of the answer, alone or among others.
  ///   - place: of the answer in it.
  ///   - read: reads an answer alone in the same place.
  /// - Throws: ``CorpusError/dialogue(_:)`` where the template writes nothing of the answer there, or where
  ///   the answer would not follow what asks for it.
  func check(
    _ reading: Reading, at place: Int, as answer: Turn, behind prompt: Dialogue,
    _ read: (Turn) throws(CorpusError) -> Reading
  ) throws(CorpusError) {
    guard let turns = prompt.turns, let template = chatTemplate else { return }
    if reading.straddling.contains(place) {
      try checkTurns(turns, prompt.input, answer, by: template)
    }
    let words = answer.content.trimmingCharacters(in: .whitespacesAndNewlines)
    // What stands in its fields is written in ways of its own.
    guard answer.fields == nil, !words.isEmpty,
      !decode(reading.completions[place]).contains(words)
    else { return }
    // A template may change an answer; one that knows nothing of it changes nothing with it.
    var other = answer
    other.content += " x"
    guard try read(other).completions == read(answer).completions else { return }
    throw .dialogue(
      "the chat template \(template.name) writes nothing of an answer behind what asks for it, so that nothing "
        + "of it would be learnt; name another, as in chat_template: chatml")
  }

  /// The turns before an answer are written alike with the answer and with what asks for it.
  private func checkTurns(
    _ turns: [Turn], _ input: TemplateInput?, _ answer: Turn, by template: ChatTemplate
  ) throws(CorpusError) {
    func text(_ answer: Turn?, asks: Bool) throws(CorpusError) -> [UInt8] {
      Array(try write(turns, input, answer, by: template, asksForAnswer: asks).rendered.text.utf8)
    }
    let asked = try text(nil, asks: true)
    // Behind the turns a template may write one thing that ends them and another that asks.
    let before = Self.shared(asked, try text(nil, asks: false))
    let kept = Self.shared(asked, try text(answer, asks: false)).count
    let blanks = before.reversed().prefix { [0x20, 0x0A, 0x0D, 0x09].contains($0) }.count
    guard kept < before.count - blanks else { return }
    throw .dialogue(
      "the chat template \(template.name) writes the turns before an answer differently once the answer stands "
        + "there, so that it would not follow what asks for it; name another, as in chat_template: chatml"
    )
  }

  /// What two texts begin with.
  private static func shared(_ left: [UInt8], _ right: [UInt8]) -> ArraySlice<UInt8> {
    left[..<zip(left, right).prefix { $0 == $1 }.count]
  }
}
