import Command
import Corpus
import Foundation
import Glibc
import Pipeline
import Policy
import Runs
import Torch

/// `plumb sample --chat`: a conversation with a model, a line of standard input being a turn.
///
/// Answers are results, and go to standard output as they are drawn; what asks for the next line is
/// shown on a terminal alone. Turn n draws from the stream of its number, so that a conversation is
/// repeated by its seed.
struct ChatCommand {
  let request: SampleRequest
  let console: Console

  private var beginning: [Turn] { request.system.map { [Turn(.system, $0)] } ?? [] }

  func perform() throws -> ExitCode {
    let found = try TrainedModel.find(request.checkpoint, stage: request.stage)
    let model = try LanguageModel.load(found.folder)
      .replacingChatTemplate(request.chatTemplate.map { try ChatTemplate.named($0) })
    try model.requireLanguage(request.checkpoint)
    guard model.tokenizer.chatTemplate != nil else {
      throw PolicyError.input(
        "\(request.checkpoint) has no chat template; name one, as in --chat-template chatml")
    }
    let input = TurnReader()
    if input.isTerminal { console.say("/reset begins again, /quit ends") }
    var turns = beginning
    var number = 0
    while let line = next(input) {
      let words = line.trimmingCharacters(in: .whitespaces)
      switch words {
      case "": continue
      case "/quit": return .success
      case "/reset":
        turns = beginning
        console.say("begins again")
      case _ where words.hasPrefix("/") && words.dropFirst().allSatisfy(\.isLetter):
        console.warn("there is no \(ForeignText.quoted(words)); there is /reset and /quit")
      default:
        turns.append(Turn(.user, line))
        guard let said = try answer(turns, model, number: number) else {
          turns.removeLast()
          continue
        }
        turns.append(Turn(.assistant, said))
        number += 1
      }
      if let stop = Signals.interruption { return stop.exitCode }
      if console.isUnread { return .success }
    }
    return Signals.interruption?.exitCode ?? .success
  }

  private func next(_ input: TurnReader) -> String? {
    if input.isTerminal { console.ask("> ") }
    return input.next()
  }

  /// What the model says next; nil where the conversation leaves it no room, which is said.
  private func answer(_ turns: [Turn], _ model: LanguageModel, number: Int) throws -> String? {
    let prompt = try model.prompt(.turns(turns))
    let positions = model.decoder.configuration.positions
    let room = positions - prompt.count
    guard room > 0 else {
      console.warn(
        "the conversation has \(prompt.count) tokens and the model's context \(positions); the turn is "
          + "left out: shorten it, or /reset")
      return nil
    }
    let settings = model.sampling(
      temperature: request.temperature, maxTokens: min(request.maximumTokens, room),
      truncation: Truncation(topK: request.topK, topP: request.topP))
    let uniform = try DrawingNumbers(seed: request.seed, stream: "chat")
      .rows(of: ["\(number)"], count: 1, length: settings.maxTokens)
    var stream = try TokenStream(model.decoder, settings, after: prompt, uniform: uniform)
    var shown = ""
    while try stream.next() != nil, Signals.interruption == nil {
      if !console.isJSON { show(model.text(of: stream.completion, after: prompt), &shown) }
    }
    let said = model.text(of: stream.completion, after: prompt)
    if console.isJSON {
      try console.print(
        json: Answer(
          turn: number, text: said, tokens: stream.completion.tokens.count,
          finished: stream.completion.isFinished))
    } else {
      show(said, &shown, isWhole: true)
      console.write(stream.completion.isFinished || Signals.interruption != nil ? "\n" : "…\n")
    }
    return said
  }

  /// Writes what is new of an answer; a character whose bytes are not all there yet waits.
  private func show(_ text: String, _ shown: inout String, isWhole: Bool = false) {
    guard text.utf8.starts(with: shown.utf8) else { return }
    let rest = String(decoding: text.utf8.dropFirst(shown.utf8.count), as: UTF8.self)
    guard !rest.isEmpty, isWhole || rest.unicodeScalars.last != "\u{FFFD}" else { return }
    console.write(rest)
    shown = text
  }

  private struct Answer: Encodable {
    var turn: Int
    var text: String
    var tokens: Int
    var finished: Bool
  }
}

/// Lines of standard input, as they come; a signal ends the waiting.
private final class TurnReader {
  private var bytes: [UInt8] = []
  private var isAtEnd = false
  let isTerminal = isatty(0) == 1

  /// More is no line that a person typed.
  private static let longest = 1 << 20

  /// Without its line break; nil at the end, and after a signal.
  func next() -> String? {
    while true {
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        let line = bytes[..<end]
        bytes = Array(bytes[(end + 1)...])
        return Self.text(line)
      }
      if isAtEnd || bytes.count > Self.longest {
        defer { bytes = [] }
        return bytes.isEmpty ? nil : Self.text(bytes[...])
      }
      guard Signals.interruption == nil else { return nil }
      var state = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      guard poll(&state, 1, -1) >= 0 else { continue }
      var part = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(0, &part, part.count)
      if count > 0 {
        bytes += part.prefix(count)
      } else if count == 0 || errno != EINTR {
        isAtEnd = true
      }
    }
  }

  private static func text(_ line: ArraySlice<UInt8>) -> String {
    String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
  }
}
