import Runs

/// Finite rewards of several systems on the prompts that all of them answered.
struct RewardTable {
  let prompts: [String]
  /// `[system][prompt][completion]`.
  let rewards: [[[Double]]]
  let omittedPrompts: Int
  let omittedSamples: Int

  /// - Throws: ``ReportError/differentPrompts(prompt:first:second:)``.
  init(_ systems: [Comparison.System]) throws {
    var texts: [String: (text: String, system: String)] = [:]
    var order: [String] = []
    var omitted = 0
    let tables = try systems.map { system in
      var table: [String: [Double]] = [:]
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
        if let reward = sample.reward, reward.isFinite {
          table[sample.prompt, default: []].append(reward)
        } else {
          omitted += 1
        }
      }
      return table
    }
    let shared = order.filter { prompt in tables.allSatisfy { $0[prompt] != nil } }
    prompts = shared
    rewards = tables.map { table in shared.map { table[$0] ?? [] } }
    omittedPrompts = order.count - shared.count
    omittedSamples = omitted
  }
}
