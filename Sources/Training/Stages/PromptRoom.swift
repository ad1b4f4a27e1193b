import Foundation
import Policy
import Recipe

/// The room that a model's context leaves for completions, and what becomes of prompts that leave too little.
public struct PromptRoom: Sendable {
  /// What becomes of such a prompt.
  public enum Surplus: String, CaseIterable, Sendable {
    /// It is left out, and counted.
    case skip
    /// It ends the stage before anything is drawn.
    case refuse

    /// Reads `too_long`.
    ///
    /// It is no resolved setting unless it is written: stages of older runs stay what they were.
    ///
    /// - Parameter usual: without the key.
    static func of(_ section: Section, usual: Surplus = .skip) -> Surplus {
      guard section.has("too_long") else { return usual }
      return section.choice(
        "too_long", default: usual,
        about: "Prompts that leave no room for a completion: skip leaves them out and counts them, "
          + "refuse ends the stage.")
    }
  }

  /// Of a completion, at most.
  public let maxTokens: Int
  /// Of the context, in tokens.
  public let positions: Int
  public let surplus: Surplus

  public init(for maxTokens: Int, in positions: Int, _ surplus: Surplus) {
    (self.maxTokens, self.positions, self.surplus) = (maxTokens, positions, surplus)
  }

  /// - Parameter tokens: of a prompt.
  func holds(_ tokens: Double) -> Bool { Int(tokens.rounded(.up)) + maxTokens <= positions }

  /// `3 of 9 prompts leave no room for 64 new tokens in the context of 128 (pairs.jsonl:3 and 2 more)`.
  func words(_ count: Int, of all: Int, first: String?) -> String {
    let more = count > 1 ? " and \(count - 1) more" : ""
    return
      "\(count) of \(all) prompts leave\(count == 1 ? "s" : "") no room for \(maxTokens) new tokens in the "
      + "context of \(positions)" + (first.map { " (\($0)\(more))" } ?? "")
  }

  static let advice = "lower max_tokens, shorten them, or set too_long: skip"

  /// The prompts that leave room.
  ///
  /// - Parameters:
  ///   - owner: of the prompts, in messages: `stage dpo`.
  ///   - prompt: of an item.
  ///   - note: told what is left out.
  /// - Throws: ``TrainingError/unusable(_:)`` where none is left of some, or one is too long and that is refused.
  public func kept<Item>(
    of items: [Item], _ owner: String, prompt: (Item) -> PromptSettings.Prompt,
    note: (String) throws -> Void
  ) throws -> [Item] {
    let kept = items.filter { holds(Double(prompt($0).tokens.count)) }
    guard kept.count < items.count else { return items }
    let first = items.lazy.map(prompt).first { !holds(Double($0.tokens.count)) }?.id
    let words = words(items.count - kept.count, of: items.count, first: first)
    if surplus == .refuse {
      throw TrainingError.unusable("\(owner): \(words); \(Self.advice)")
    }
    guard !kept.isEmpty else {
      throw TrainingError.unusable(
        "\(owner): no prompt leaves room for \(maxTokens) new tokens in the context of \(positions); lower "
          + "max_tokens or shorten the prompts")
    }
    try note("\(words): left out")
    return kept
  }
}
