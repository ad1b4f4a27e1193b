import Foundation
import HTTP

/// What the refusal of one request says about the next one, by the server's own words.
public enum Refusal: Sendable, Equatable {
  /// The account has run empty: no pause mends that.
  case exhausted
  case unknownModel
  /// The server takes the same question, asked otherwise.
  case adapt(Dialect.Change)
  /// It never tells probabilities.
  case noProbabilities
  /// It declines this question: an answer, not a failure.
  case declined
  /// It began to answer, and the longest reply was too short.
  case cutOff
  /// The question is longer than the model's context.
  case tooLong
  /// Nothing beyond what the status says.
  case other

  /// - Parameter status: of the answer, or the one inside a body with a good status.
  init(status: Int, _ words: ServerWords, to call: RemoteCall) {
    self.init(status: status, words) { Self.change(words, $0, call) }
  }

  /// - Parameter change: how the question is to be asked otherwise, if that is what the words say.
  public init(status: Int, _ words: ServerWords, change: (RefusalWords) -> Refusal?) {
    let said = RefusalWords(words)
    if Self.isExhausted(status, words, said) {
      self = .exhausted
    } else if [401, 408, 409, 425, 429].contains(status) || status > 501 {
      // A server that is busy or down says nothing about the request.
      self = .other
    } else if Self.isDeclined(status, said) {
      self = .declined
    } else if Self.isTooLong(status, said) {
      self = .tooLong
    } else if said.says("output limit was reached") {
      self = .cutOff
    } else if let change = change(said) {
      self = change
    } else if Self.isUnknownModel(said) {
      self = .unknownModel
    } else {
      self = .other
    }
  }

  // MARK: Lasting

  private static func isExhausted(_ status: Int, _ words: ServerWords, _ said: RefusalWords) -> Bool
  {
    if status == 402 { return true }
    guard status != 401 else { return false }
    if said.hasCode(
      "insufficient_quota", "insufficient_balance", "insufficient_credits", "insufficient_funds",
      "billing_hard_limit_reached", "billing_not_active", "credit_balance_too_low",
      "exceeded_current_quota_error")
    {
      return true
    }
    if said.says(
      "insufficient quota", "insufficient_quota", "insufficient balance", "insufficient credit",
      "insufficient funds", "not enough credit", "credit balance is too low", "out of credits",
      "no credits", "requires more credits", "billing hard limit", "account is not active")
    {
      return true
    }
    // Google says the same of the quota of a minute, and then how long to wait.
    return said.says("exceeded your current quota", "quota exhausted", "quota has been exhausted")
      && words.wait == nil && !said.says("retry in", "try again in", "per minute", "perminute")
  }

  private static func isUnknownModel(_ said: RefusalWords) -> Bool {
    if said.hasCode("model_not_found", "deploymentnotfound", "model_not_exist") { return true }
    return said.names("model", "models", "deployment")
      && said.says(
        "does not exist", "not exist", "not found", "is not a valid model", "invalid model",
        "unknown model", "no such model", "unable to access model", "no model named")
  }

  // MARK: Of this question alone

  private static func isDeclined(_ status: Int, _ said: RefusalWords) -> Bool {
    guard [400, 403, 422, 451].contains(status) else { return false }
    return said.hasCode(
      "content_filter", "content_policy_violation", "responsibleaipolicyviolation",
      "data_inspection_failed", "content_moderation")
      || said.says(
        "content management policy", "content policy violation", "input was flagged",
        "safety system", "content filter")
  }

  private static func isTooLong(_ status: Int, _ said: RefusalWords) -> Bool {
    guard [400, 413, 422, 500].contains(status) else { return false }
    return said.hasCode("context_length_exceeded", "exceed_context_size_error")
      || said.says(
        "maximum context length", "context length exceeded", "exceeds the available context size",
        "prompt is too long", "input is too long")
  }

  // MARK: To be asked otherwise

  private static func change(_ words: ServerWords, _ said: RefusalWords, _ call: RemoteCall)
    -> Refusal?
  {
    let (isUnknown, isBound) = (said.sayUnknown, said.sayBound)
    guard isUnknown || isBound else { return nil }
    if isUnknown, said.areAbout("max_tokens", "max_completion_tokens") {
      if let other = call.otherLengthKey { return .adapt(.rename(other)) }
    }
    if let asked = call.topLogprobs, said.areAbout("top_logprobs", "logprobs") {
      if isBound, let fewer = fewer(than: asked, words) {
        return .adapt(.fewerProbabilities(fewer))
      }
      return isUnknown || isBound ? .noProbabilities : nil
    }
    if call.sends(.seed), said.areAbout("seed") { return .adapt(.omit(.seed)) }
    if call.sends(.temperature), said.areAbout("temperature") { return .adapt(.omit(.temperature)) }
    if call.sends(.system), isUnknown,
      said.says(
        "system role", "'system'", "\"system\"", "`system`", "role: system", "role system",
        "system message", "system prompt", "system instruction", "developer instruction",
        "only user and assistant", "must alternate", "messages[0].role", "role \"system\"",
        "role 'system'", "role `system`")
    {
      return .adapt(.omit(.system))
    }
    return nil
  }

  /// The bound that the server names, or the next smaller of the usual ones; nil where fewer than two
  /// would be left, which say nothing about two labels.
  private static func fewer(than asked: Int, _ words: ServerWords) -> Int? {
    if let limit = words.limit, limit < asked { return limit >= 2 ? limit : nil }
    let numbers = words.message.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
    return numbers.filter { $0 >= 2 && $0 < asked }.max() ?? [10, 5, 2].first { $0 < asked }
  }
}
