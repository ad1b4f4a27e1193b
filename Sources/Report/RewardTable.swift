import Runs

/// Finite rewards of several systems on the prompts that all of their seeds answered.
struct RewardTable {
  let prompts: [String]
  /// `[system][seed][prompt][completion]`.
  let rewards: [[[[Double]]]]
  /// The same with a place for every completion, in order of their indices, and no number where there
  /// is no finite reward; completions of one index share their random numbers.
  let scores: [[[[Double]]]]
  let omittedPrompts: Int
  let omittedSamples: Int

  /// - Throws: ``ReportError/differentPrompts(prompt:first:second:)``.
  init(_ systems: [Comparison.System]) throws {
    var texts: [String: (text: Dialogue, system: String)] = [:]
    var order: [String] = []
    var omitted = 0
    // By system, policy and prompt.
    let tables = try systems.map { system in
      var policies: [String] = []
      var table: [String: [String: [Double]]] = [:]
      for sample in system.samples.sorted(by: { $0.index < $1.index }) {
        if let known = texts[sample.prompt] {
          guard known.text == sample.dialogue else {
            throw ReportError.differentPrompts(
              prompt: sample.prompt, first: known.system, second: system.name)
          }
        } else {
          texts[sample.prompt] = (sample.dialogue, system.name)
          order.append(sample.prompt)
        }
        if table[sample.policy] == nil { policies.append(sample.policy) }
        let reward = sample.reward.flatMap { $0.isFinite ? $0 : nil }
        if reward == nil { omitted += 1 }
        table[sample.policy, default: [:]][sample.prompt, default: []].append(reward ?? .nan)
      }
      return policies.map { table[$0] ?? [:] }
    }
    let shared = order.filter { prompt in
      tables.allSatisfy { seeds in
        !seeds.isEmpty && seeds.allSatisfy { $0[prompt]?.contains(where: \.isFinite) == true }
      }
    }
    prompts = shared
    scores = tables.map { seeds in seeds.map { table in shared.map { table[$0] ?? [] } } }
    rewards = scores.map { $0.map { $0.map { $0.filter(\.isFinite) } } }
    omittedPrompts = order.count - shared.count
    omittedSamples = omitted
  }
}
