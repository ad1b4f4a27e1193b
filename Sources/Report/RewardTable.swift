import Runs

/// Finite rewards of several systems on the prompts that all of their seeds answered.
struct RewardTable {
  let prompts: [String]
  /// `[system][seed][prompt][completion]`.
  let rewards: [[[[Double]]]]
  let omittedPrompts: Int
  let omittedSamples: Int

  /// - Throws: ``ReportError/differentPrompts(prompt:first:second:)``.
  init(_ systems: [Comparison.System]) throws {
    var texts: [String: (text: String, system: String)] = [:]
    var order: [String] = []
    var omitted = 0
    // By system, policy and prompt.
    let tables = try systems.map { system in
      var policies: [String] = []
      var table: [String: [String: [Double]]] = [:]
      for sample in system.samples {
        if let known = texts[sample.prompt] {
          guard known.text == sample.promptText else {
            throw ReportError.differentPrompts(
              prompt: sample.prompt, first: known.system, second: system.name)
          }
        } else {
          texts[sample.prompt] = (sample.promptText, system.name)
          order.append(sample.prompt)
        }
        if table[sample.policy] == nil { policies.append(sample.policy) }
        if let reward = sample.reward, reward.isFinite {
          table[sample.policy, default: [:]][sample.prompt, default: []].append(reward)
        } else {
          table[sample.policy, default: [:]][sample.prompt, default: []] += []
          omitted += 1
        }
      }
      return policies.map { table[$0] ?? [:] }
    }
    let shared = order.filter { prompt in
      tables.allSatisfy { seeds in
        !seeds.isEmpty && seeds.allSatisfy { $0[prompt]?.isEmpty == false }
      }
    }
    prompts = shared
    rewards = tables.map { seeds in seeds.map { table in shared.map { table[$0] ?? [] } } }
    omittedPrompts = order.count - shared.count
    omittedSamples = omitted
  }
}
