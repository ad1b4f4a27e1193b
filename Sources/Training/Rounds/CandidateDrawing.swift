import Foundation
import Policy
import Runs
import Torch

/// Draws completions for prompts, chunk after chunk, each recorded before the next one begins.
struct CandidateDrawing {
  /// Completions of each prompt.
  var perPrompt: Int
  var temperature: Double
  var truncation = Truncation.none
  var maxTokens: Int
  /// Prompts drawn together; what an interruption loses at most.
  var chunk: Int
  var seed: UInt64
  /// Of which each draws its part.
  var ranks = Ranks.alone
  /// Labels what is drawn, if anything does.
  var reward: (any Reward)?
  var shouldStop: () -> Bool
  var progress: (TrainingLoop.Progress) -> Void

  /// Draws from a model; see ``run(_:into:check:draw:)``.
  ///
  /// - Parameter takingWeights: the model is of no use to anybody afterwards, and takes half the memory.
  func run(
    _ prompts: [PromptSettings.Prompt], from model: LanguageModel, takingWeights: Bool = false,
    into url: URL
  ) throws -> StageResult {
    let settings = model.sampling(
      temperature: temperature, maxTokens: maxTokens, truncation: truncation)
    let sampler =
      try takingWeights
      ? withoutGradient {
        try Sampler(
          taking: model.decoder, settings, prompts: ranks.part(of: min(chunk, prompts.count)).count,
          count: perPrompt)
      } : Sampler(model.decoder, settings)
    return try run(prompts, into: url) { part in
      let uniform = try DrawingNumbers(seed: seed, stream: "candidates")
        .rows(of: part.map(\.id), count: perPrompt, length: maxTokens)
      let drawn = try sampler.sample(
        part.map(\.tokens), count: perPrompt, uniform: uniform, over: ranks)
      return zip(part, drawn).map { prompt, all in
        all.map {
          CandidateRow.Candidate(
            tokens: $0.tokens, text: model.text(of: $0, after: prompt.tokens),
            isFinished: $0.isFinished, logProbability: $0.logProbability, reward: nil)
        }
      }
    }
  }

  /// Draws from a server, which the leading rank asks; see ``run(_:into:check:draw:)``.
  func run(
    _ prompts: [PromptSettings.Prompt], from policy: any ServedPolicy, into url: URL,
    check: () throws -> Void
  ) throws -> StageResult {
    let reader = policy.reader
    let draw = ServedDraw(
      SamplingSettings(
        temperature: temperature, maxTokens: maxTokens,
        vocabulary: reader.tokenizer.vocabularySize, endTokens: reader.endTokens,
        truncation: truncation), seed: seed, stream: "candidates")
    let lead = {
      _ = try ranks.follow {
        try check()
        return true
      }
    }
    return try run(prompts, into: url, check: lead) { part in
      try ranks.follow {
        try policy.completions(
          of: part.map { ServedPrompt(id: $0.id, $0.dialogue, tokens: $0.tokens) },
          count: perPrompt, draw
        ).map { all in
          all.map {
            CandidateRow.Candidate(
              tokens: $0.tokens, text: $0.text, isFinished: $0.isFinished,
              logProbability: $0.logProbabilities?.reduce(0, +), reward: nil)
          }
        }
      }
    }
  }

  /// Goes on where an earlier process stopped.
  ///
  /// - Parameters:
  ///   - check: comes before the first draw, where there is one.
  ///   - draw: completions of a chunk of prompts.
  /// - Returns: what this call did; unfinished where it was asked to stop between two chunks.
  private func run(
    _ prompts: [PromptSettings.Prompt], into url: URL, check: () throws -> Void = {},
    draw: ([PromptSettings.Prompt]) throws -> [[CandidateRow.Candidate]]
  ) throws -> StageResult {
    let journal = try Journal<CandidateRow>(url)
    // Only whole chunks are kept, so that what is drawn again sees the batch it saw before.
    let begun = journal.count / chunk * chunk
    try journal.truncate(toCount: min(begun, prompts.count))
    var result = StageResult(tokens: 0)
    let clock = ContinuousClock()
    let start = clock.now
    if journal.count < prompts.count { try check() }
    for first in stride(from: journal.count, to: prompts.count, by: chunk) {
      let part = Array(prompts[first..<min(first + chunk, prompts.count)])
      var rows = try zip(part, draw(part)).map {
        CandidateRow(
          id: $0.id, prompt: $0.dialogue, promptTokens: $0.tokens, candidates: $1)
      }
      if let reward { result.oracleCalls += try label(&rows, by: reward) }
      for row in rows {
        try journal.append(row)
        result.tokens += row.candidates.reduce(0) { $0 + $1.tokens.count }
      }
      let done = first + part.count
      let elapsed = (clock.now - start).seconds
      progress(
        TrainingLoop.Progress(
          step: done, steps: prompts.count, metrics: [:],
          tokensPerSecond: Double(result.tokens) / max(elapsed, 1e-9),
          secondsLeft: elapsed / Double(done) * Double(prompts.count - done)))
      if done < prompts.count, shouldStop() {
        try journal.sync()
        result.isFinished = false
        return result
      }
    }
    try journal.sync()
    return result
  }

  private func label(_ rows: inout [CandidateRow], by reward: any Reward) throws -> Int {
    let scores = try reward.rewards(
      of: rows.map { $0.candidates.map(\.text) }, after: rows.map(\.prompt))
    for (index, scores) in scores.enumerated() {
      for (place, score) in scores.enumerated() { rows[index].candidates[place].reward = score }
    }
    return scores.joined().count
  }
}
