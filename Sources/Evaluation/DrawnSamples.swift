import Corpus
import Policy

/// A completion as it was drawn, here or by a server, with the probabilities that are known of it.
struct DrawnSample {
  var tokens: [Int]
  var text: String
  var isFinished: Bool
  /// As a server told it, summed, in nats; nil of what was drawn here, which is scored anyway, and of what
  /// a server does not tell.
  var told: Double?
}

/// Probabilities of a completion under a policy and the reference, summed, in nats; nil where not known.
struct SampleScores {
  var logProbability: Double?
  var reference: Double?
  var divergence: Double?
  var entropy: Double?
}

extension SampleWork {
  /// - Parameter part: as the policy reads them.
  func draw(_ part: [EvaluationPrompt]) throws -> [[DrawnSample]] {
    switch policy.place {
    case .here(let model):
      let drawing = Drawing(model: model, stream: "evaluation", settings: settings)
      return try zip(part, drawing.completions(part, count: settings.samples)).map { prompt, all in
        all.map {
          DrawnSample(
            tokens: $0.tokens, text: drawing.text(of: $0, after: prompt), isFinished: $0.isFinished)
        }
      }
    case .server(let served):
      return try drawn(from: served, part)
    }
  }

  private func drawn(
    from served: any ServedPolicy, _ part: [EvaluationPrompt]
  ) throws -> [[DrawnSample]] {
    let reader = served.reader
    let sampling = SamplingSettings(
      temperature: settings.temperature, maxTokens: settings.maxTokens,
      vocabulary: reader.tokenizer.vocabularySize, endTokens: reader.endTokens,
      truncation: settings.truncation)
    let prompts = part.map(\.served)
    let found = try served.completions(
      of: prompts, count: settings.samples,
      ServedDraw(sampling, seed: UInt64(settings.seed), stream: "evaluation"))
    var told = found.map { $0.map { $0.logProbabilities?.reduce(0, +) } }
    // What came without is asked for, where it means the same.
    let open = zip(found, told).map { all, told in
      all.indices.filter { all[$0].areDrawn && told[$0] == nil }
    }
    if settings.temperature == 1, open.contains(where: { !$0.isEmpty }) {
      let values = try served.logProbabilities(
        of: zip(found, open).map { all, open in open.map { all[$0].tokens } }, after: prompts)
      for (place, (samples, values)) in zip(open, values).enumerated() {
        for (sample, value) in zip(samples, values) {
          told[place][sample] = value?.reduce(0, +)
        }
      }
    }
    return zip(found, told).map { all, told in
      zip(all, told).map {
        DrawnSample(tokens: $0.tokens, text: $0.text, isFinished: $0.isFinished, told: $1)
      }
    }
  }

  /// Probabilities of what was drawn.
  func scores(of drawn: [[DrawnSample]], _ part: [EvaluationPrompt]) throws -> [[SampleScores]] {
    let tokens = drawn.map { $0.map(\.tokens) }
    let prompts = part.map(\.tokens)
    switch policy.place {
    case .here(let model):
      return try exact(model).sums(tokens, of: prompts).map { all in
        all.map {
          SampleScores(
            logProbability: $0.logProbability,
            reference: policy.sharesTokens ? $0.reference : nil,
            divergence: policy.sharesTokens ? $0.divergence : nil, entropy: $0.entropy)
        }
      }
    case .server:
      let known = try referenceSums(tokens, of: prompts)
      return drawn.indices.map { place in
        drawn[place].indices.map {
          SampleScores(
            logProbability: drawn[place][$0].told, reference: known?[place][$0])
        }
      }
    }
  }

  /// log π_ref of completions; nil where the policy reads other ids.
  private func referenceSums(_ tokens: [[[Int]]], of prompts: [[Int]]) throws -> [[Double]]? {
    guard policy.sharesTokens, let reference else { return nil }
    return try ExactScores(
      policy: reference.decoder, reference: nil, temperature: settings.temperature
    ).sums(tokens, of: prompts).map { $0.map(\.logProbability) }
  }

  private func exact(_ model: LanguageModel) -> ExactScores {
    ExactScores(
      policy: model.decoder, reference: policy.sharesTokens ? reference?.decoder : nil,
      temperature: settings.temperature)
  }

  /// Log-ratios of labelled pairs; none where the policy reads other ids, or a server does not score them.
  func pairRows(_ part: [EvaluationPrompt]) throws -> [[PairRow]] {
    // Log-ratios are of one text in the same tokens under both.
    guard policy.sharesTokens else { return part.map { _ in [] } }
    var owners: [Int] = []
    var readings: [Reading] = []
    for (index, prompt) in part.enumerated() {
      for pair in prompt.pairs {
        owners.append(index)
        readings.append(
          try pair.drawn.map { Reading(prompt: prompt.tokens, completions: $0) }
            ?? policy.reader.read(prompt.dialogue, [pair.chosen, pair.rejected]))
      }
    }
    var rows = part.map { _ in [PairRow]() }
    guard !readings.isEmpty else { return rows }
    let completions = readings.map(\.completions)
    let scores: [[(own: Double, reference: Double)]]
    switch policy.place {
    case .here(let model):
      scores = try exact(model).sums(completions, of: readings.map(\.prompt)).map { sums in
        sums.map { ($0.logProbability, $0.reference) }
      }
    case .server(let served):
      guard settings.temperature == 1,
        let known = try referenceSums(completions, of: readings.map(\.prompt))
      else { return rows }
      let told = try served.logProbabilities(
        of: completions,
        after: zip(owners, readings).map { owner, reading in
          ServedPrompt(id: part[owner].id, part[owner].dialogue, tokens: reading.prompt)
        })
      guard told.allSatisfy({ $0.allSatisfy { $0 != nil } }) else { return rows }
      scores = zip(told, known).map { told, known in
        zip(told, known).map { (($0 ?? []).reduce(0, +), $1) }
      }
    }
    for (owner, sums) in zip(owners, scores) {
      rows[owner].append(
        PairRow(
          chosen: sums[0].own, rejected: sums[1].own, referenceChosen: sums[0].reference,
          referenceRejected: sums[1].reference))
    }
    return rows
  }
}
