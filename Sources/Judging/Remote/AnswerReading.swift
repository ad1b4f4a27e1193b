import Foundation
import HTTP
import Runs

/// What the end of one request means: a reply, a reason to ask again or otherwise, to give up, or to
/// stop.
struct AnswerReading<Reply: Sendable> {
  enum Next {
    case replied(Reply)
    /// The question has its state, though there is no reply.
    case settled(Judgment.State)
    case again(AnswerWait)
    case otherwise(Dialect.Change)
    case giveUp
    /// Nothing more can be asked; with what to do.
    case stop(String)
    case cancelled
  }

  private(set) var next = Next.giveUp
  /// For records: what went wrong, and behind a colon the server's words, cut short.
  private(set) var reason = ""
  /// The status was good, and the body was not.
  private(set) var isBadReply = false
  private(set) var mayBeBilled = false
  private(set) var signal = Pace.Signal.neutral

  private let hasAnswered: Bool
  private let hasKey: Bool
  private let scrubber: Scrubber

  /// - Parameters:
  ///   - hasAnswered: the server has given good answers before, so that a refusal of one request says
  ///     nothing about the others.
  ///   - hasKey: a key was sent.
  ///   - scrubber: takes the key out of everything that is kept.
  init<Inquiry: RemoteInquiry>(
    _ result: Result<HTTPResponse, TransportFailure>, to inquiry: Inquiry, hasAnswered: Bool,
    hasKey: Bool, scrubber: Scrubber
  ) where Inquiry.Reply == Reply {
    self.hasAnswered = hasAnswered
    self.hasKey = hasKey
    self.scrubber = scrubber
    switch result {
    case .failure(let failure): fail(failure)
    case .success(let response):
      if (200..<300).contains(response.status) {
        read(response, inquiry)
      } else if (300..<400).contains(response.status) {
        redirect(response)
      } else {
        reason = "answers \(response.status)"
        refuse(response.status, ServerWords(response.body), response, inquiry)
      }
    }
  }

  private mutating func fail(_ failure: TransportFailure) {
    reason = failure.description
    mayBeBilled = failure.mayBeBilled
    switch failure.kind {
    case .cancelled: next = .cancelled
    case .tooLarge: next = .giveUp
    default: next = .again(.ours)
    }
    if failure.kind == .deadline { signal = .overloaded(wait: nil) }
  }

  private mutating func redirect(_ response: HTTPResponse) {
    let target = response.values("location").first ?? ""
    let host = URLComponents(string: target).flatMap { parts in
      parts.host.flatMap { $0.isEmpty ? nil : $0 } ?? parts.scheme.map { $0 + ":" }
    }
    reason =
      "answers \(response.status): it has moved to \(scrubber.shortLine(host ?? "another place")); redirects "
      + "are not followed, give the new address"
    next = hasAnswered ? .giveUp : .stop("")
  }

  // MARK: Good statuses

  private mutating func read<Inquiry: RemoteInquiry>(
    _ response: HTTPResponse, _ inquiry: Inquiry
  ) where Inquiry.Reply == Reply {
    signal = .answered
    guard let body = WireValue(response.body) else {
      bad(response.body.isEmpty ? "the body is empty" : "the body is not JSON")
      return
    }
    do throws(BadReply) {
      next = .replied(try inquiry.reply(body, scrubber))
    } catch {
      bad(error.problem)
      guard let words = error.words else { return }
      // An error is no work that somebody is billed for.
      mayBeBilled = false
      refuse(words.status ?? 200, words, response, inquiry)
    }
  }

  private mutating func bad(_ problem: String) {
    reason = problem
    isBadReply = true
    mayBeBilled = true
    next = .again(.ours)
  }

  // MARK: Refusals

  /// Reads a refusal; `reason` says how it came.
  private mutating func refuse(
    _ status: Int, _ words: ServerWords?, _ response: HTTPResponse,
    _ inquiry: some RemoteInquiry
  ) {
    if let words {
      let said = words.message.isEmpty ? words.codes.joined(separator: " ") : words.message
      reason += ": " + scrubber.shortLine(said)
      switch inquiry.refusal(status, words) {
      case .exhausted:
        next = .stop("; asking again is useless until the account has credit")
        return
      case .unknownModel:
        next = .stop("; check the address and the model's name")
        return
      case .noProbabilities:
        next = .stop("; take a template with a written verdict")
        return
      case .adapt(let change):
        next = .otherwise(change)
        return
      case .declined:
        next = .settled(.refused)
        return
      case .cutOff:
        next = .settled(.truncated)
        return
      case .tooLong:
        reason = "\(MissingReason.tooLong): \(reason)"
        next = .giveUp
        return
      case .other: break
      }
    } else if status == 402 {
      next = .stop("; asking again is useless until the account has credit")
      return
    }
    switch status {
    case 401, 403:
      next = .stop(
        hasKey
          ? "; check the key in the environment variable"
          : "; name the environment variable of its key with --api-key-env")
    case 404: next = hasAnswered ? .giveUp : .stop("; check the address and the model's name")
    case 200..<300, 408, 409, 425, 429, 500...:
      next = response.values("x-should-retry").first == "false" ? .giveUp : .again(.ours)
      if status == 429, !givesUp { next = .again(.refusal) }
      hold(RetryAfter(response), words?.wait, isOverload: [429, 503, 529].contains(status))
    default: next = .giveUp
    }
  }

  private var givesUp: Bool {
    if case .giveUp = next { true } else { false }
  }

  private mutating func hold(_ header: RetryAfter, _ said: Duration?, isOverload: Bool) {
    var asked = header
    if asked == .unsaid, let said { asked = RetryAfter(said) }
    switch asked {
    case .wait(let time):
      if !givesUp { next = .again(.gate) }
      signal = .overloaded(wait: time)
    case .tooLong(let seconds):
      next = .giveUp
      reason +=
        "; asks to wait \(Int(min(seconds, 1e15))) s, which is longer than 60 s: the question is set "
        + "aside"
      signal = .overloaded(wait: nil)
    case .unsaid:
      if isOverload { signal = .overloaded(wait: nil) }
    }
  }
}

/// Who says how long to wait before asking again.
enum AnswerWait: Equatable {
  /// The server; the pace keeps everybody waiting.
  case gate
  /// The server refuses for being asked too often, without saying how long.
  case refusal
  /// We do.
  case ours
}

extension Scrubber {
  /// One line of at most 300 characters, without the key.
  func shortLine(_ text: String) -> String {
    let line = ServerWords.line(scrub(text))
    return line.count <= 300 ? line : line.prefix(300) + "…"
  }
}
