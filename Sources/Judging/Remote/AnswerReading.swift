import Foundation
import HTTP

/// What the end of one request means: an answer, a reason to ask again, to give up, or to stop.
struct AnswerReading {
  /// Who says how long to wait before asking again.
  enum Wait: Equatable {
    /// The server; the pace keeps everybody waiting.
    case gate
    /// The server refuses for being asked too often, without saying how long.
    case refusal
    /// We do.
    case ours
  }

  /// Of an answer with a good status.
  var body: Data?
  var reply: RemoteReply?
  /// For records; foreign text in it is cut short.
  var reason = ""
  var isWorthRepeating = false
  /// The status was good, and the body was not.
  var isBadReply = false
  var wait = Wait.ours
  /// Why nothing more can be asked; nil where it can.
  var stop: String?
  var isCancelled = false
  var mayBeBilled = false
  var signal = Pace.Signal.neutral

  /// - Parameters:
  ///   - hasAnswered: the server has given good answers before, so that a refusal of one request says
  ///     nothing about the others.
  ///   - hasKey: a key was sent.
  init(
    _ result: Result<HTTPResponse, TransportFailure>, hasAnswered: Bool, hasKey: Bool,
    endpoint: Endpoint, deadline: Duration
  ) {
    switch result {
    case .failure(let failure):
      reason = failure.description
      if failure.kind == .deadline { reason += " of \(Int(deadline / .seconds(1))) s" }
      mayBeBilled = failure.mayBeBilled
      isCancelled = failure.kind == .cancelled
      isWorthRepeating = failure.kind != .tooLarge
      signal = failure.kind == .deadline ? .overloaded(wait: nil) : .neutral
    case .success(let response):
      if (200..<300).contains(response.status) {
        body = response.body
        signal = .answered
      } else if (300..<400).contains(response.status) {
        redirect(response, endpoint, hasAnswered)
      } else {
        refuse(response, hasAnswered, hasKey)
      }
    }
  }

  /// A good status with a useless body.
  mutating func take(_ bad: BadReply) {
    reason = bad.problem
    mayBeBilled = true
    isBadReply = true
    isWorthRepeating = true
    if bad.isLasting { stop = bad.problem }
  }

  private mutating func redirect(
    _ response: HTTPResponse, _ endpoint: Endpoint, _ hasAnswered: Bool
  ) {
    let target = response.values("location").first ?? ""
    let host = URLComponents(string: target).flatMap { parts in
      parts.host.flatMap { $0.isEmpty ? nil : $0 } ?? parts.scheme.map { $0 + ":" }
    }
    reason =
      "answers \(response.status): it has moved to \(Self.short(host ?? "another place")); redirects "
      + "are not followed, give the new address"
    if !hasAnswered { stop = reason }
  }

  private mutating func refuse(_ response: HTTPResponse, _ hasAnswered: Bool, _ hasKey: Bool) {
    let status = response.status
    let words = Self.message(response.body)
    reason = "answers \(status)" + (words.map { ": \($0)" } ?? "")
    switch status {
    case 401, 403:
      stop =
        reason + "; "
        + (hasKey
          ? "check the key in the environment variable"
          : "name the environment variable of its key with --api-key-env")
    case 404:
      if !hasAnswered { stop = reason + "; check the address and the model's name" }
    case 408, 409, 425, 429, 500...:
      isWorthRepeating = response.values("x-should-retry").first != "false"
      if status == 429 { wait = .refusal }
      hold(RetryAfter(response), isOverload: [429, 503, 529].contains(status))
    default: break
    }
  }

  private mutating func hold(_ asked: RetryAfter, isOverload: Bool) {
    switch asked {
    case .wait(let time):
      wait = .gate
      signal = .overloaded(wait: time)
    case .tooLong(let seconds):
      isWorthRepeating = false
      reason +=
        "; asks to wait \(Int(min(seconds, 1e15))) s, which is longer than 60 s: the question is set "
        + "aside"
      signal = .overloaded(wait: nil)
    case .unsaid:
      if isOverload { signal = .overloaded(wait: nil) }
    }
  }

  /// What a server says about its refusal: `error.message`, `message` or `detail`.
  private static func message(_ body: Data) -> String? {
    guard let value = try? JSONSerialization.jsonObject(with: body) as? [String: Any] else {
      return nil
    }
    let error = value["error"] as? [String: Any]
    let text =
      error?["message"] as? String ?? value["message"] as? String ?? value["detail"] as? String
      ?? value["error"] as? String
    return text.map(short)
  }

  /// One line of at most 200 characters.
  static func short(_ text: String) -> String {
    let line = String(
      text.unicodeScalars.map { scalar -> Character in
        scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
          ? " " : Character(scalar)
      })
    return line.count <= 200 ? line : line.prefix(200) + "…"
  }
}
