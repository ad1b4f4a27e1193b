import Foundation
import HTTP

/// Probabilities of the likeliest first tokens of a reply, as far as they can be read.
public struct TokenProbabilities: Sendable, Equatable {
  /// By token; of equal ones the likelier.
  public private(set) var known: [String: Double] = [:]
  /// Tokens whose log-probability is not one: null, not a number, or above 0.
  public private(set) var unreadable: Set<String> = []

  /// Rounding may carry a certain token's log-probability a little above 0.
  private static let slack = 1e-3

  /// Reads `logprobs` of a choice: positions with `top_logprobs` (chat, newer servers), or the older
  /// table of tokens for each position. Nil where there is no token at all.
  init?(_ logprobs: WireValue?) {
    if let tokens = logprobs?["content"]?[0]?["top_logprobs"]?.list {
      for token in tokens {
        guard let text = token["token"]?.text else { continue }
        add(text, token["logprob"])
      }
    } else if let table = logprobs?["top_logprobs"]?[0]?.members {
      for (text, value) in table { add(text, value) }
    }
    if known.isEmpty, unreadable.isEmpty { return nil }
  }

  init(_ known: [String: Double]) { self.known = known }

  private mutating func add(_ token: String, _ logprob: WireValue?) {
    guard let value = logprob?.number, value <= Self.slack else {
      unreadable.insert(token)
      return
    }
    known[token] = max(known[token] ?? 0, min(1, exp(value)))
  }
}
