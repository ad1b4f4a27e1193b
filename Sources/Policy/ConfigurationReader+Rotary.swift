import Foundation
import Runs

extension ConfigurationReader {
  /// Where a family says how its heads are turned, outside of `rope_parameters`.
  struct RotaryKeys {
    var base = "rope_theta"
    /// nil: heads are turned whole.
    var share: String?
  }

  /// Reads how queries and keys are turned, in the spellings of `transformers` 4 and 5.
  ///
  /// - Parameters:
  ///   - base: taken where the file has none.
  ///   - share: of a head's numbers that are turned, where the file has none.
  ///   - types: of scaling that the family has.
  func rotary(
    into c: inout ModelConfiguration, base: Double, _ names: RotaryKeys = RotaryKeys(),
    share: Double = 1, types: [String] = ConfigurationKeys.rotaryTypes
  ) throws(PolicyError) {
    let parameters = try mapping("rope_parameters")
    let old = try mapping("rope_scaling")
    let beside = try number(names.base, default: base)
    var (bases, shares): ([(String, Double)], [(String, Double)]) = ([], [])
    if present(names.base) { bases.append((names.base, beside)) }
    if let name = names.share, present(name) { shares.append((name, try number(name))) }
    for (place, keys) in [("rope_parameters", parameters), ("rope_scaling", old)] {
      guard let keys else { continue }
      let reader = ConfigurationReader(file: file, keys: keys)
      if reader.present("rope_theta") {
        bases.append((place, try reader.number("rope_theta")))
      }
      if reader.present("partial_rotary_factor") {
        let value = try reader.number("partial_rotary_factor")
        if names.share == nil, value != 1 { throw unsupported("partial_rotary_factor") }
        shares.append((place, value))
      }
    }
    // Files of both spellings say everything twice; which one a program believes depends on its age.
    try requireEqual(bases, names.base)
    try requireEqual(shares, names.share ?? "")
    c.rotaryBase = bases.last?.1 ?? base
    c.rotaryShare = shares.last?.1 ?? share
    guard c.rotaryShare > 0, c.rotaryShare <= 1 else {
      throw fail("partial_rotary_factor is \(c.rotaryShare); it must lie in (0, 1]")
    }
    c.rotaryScaling = try scaling(parameters ?? old, positions: c.positions, types)
    if parameters != nil, let old,
      try scaling(old, positions: c.positions, types) != c.rotaryScaling
    {
      throw fail("rope_scaling and rope_parameters differ; let both say the same")
    }
  }

  private func requireEqual(_ found: [(String, Double)], _ key: String) throws(PolicyError) {
    guard let first = found.first, let other = found.first(where: { $0.1 != first.1 }) else {
      return
    }
    throw fail(
      "\(key) is \(first.1), but \(other.1) in \(other.0); let both say the same")
  }

  private func scaling(
    _ keys: JSONObject?, positions: Int, _ types: [String]
  ) throws(PolicyError) -> ModelConfiguration.RotaryScaling {
    guard let keys else { return .none }
    let reader = ConfigurationReader(file: file, keys: keys)
    let type = try reader.text(
      reader.present("rope_type") ? "rope_type" : "type", default: "default")
    guard types.contains(type) else {
      throw fail("rope_type is \(type); supported: \(types.joined(separator: ", "))")
    }
    if let key = ConfigurationKeys.unknown(inRotary: keys, type: type) { throw unsupported(key) }
    switch type {
    case "linear": return .linear(factor: try reader.factor("factor"))
    case "dynamic": return .dynamic(factor: try reader.factor("factor"))
    case "llama3":
      let low = try reader.factor("low_freq_factor")
      let high = try reader.factor("high_freq_factor")
      guard low < high else {
        throw fail("low_freq_factor is \(low); it must be below high_freq_factor, \(high)")
      }
      return .llama3(
        factor: try reader.factor("factor"), low: low, high: high,
        original: try reader.original(positions))
    case "yarn": return .yarn(try reader.yarn(positions))
    default: return .none
    }
  }

  private func yarn(_ positions: Int) throws(PolicyError) -> ModelConfiguration.Yarn {
    let original = try original(positions)
    var yarn = ModelConfiguration.Yarn(
      factor: present("factor") ? try factor("factor") : Double(positions) / Double(original),
      original: original)
    if present("beta_fast") { yarn.fast = try factor("beta_fast") }
    if present("beta_slow") { yarn.slow = try factor("beta_slow") }
    guard yarn.slow < yarn.fast else {
      throw fail("beta_slow is \(yarn.slow); it must be below beta_fast, \(yarn.fast)")
    }
    if present("attention_factor") { yarn.attention = try factor("attention_factor") }
    // 0 and none are the same to transformers.
    if present("mscale") { yarn.scale = try number("mscale") }
    if present("mscale_all_dim") { yarn.scaleOfAll = try number("mscale_all_dim") }
    yarn.isTruncated = try flag("truncate", default: true)
    return yarn
  }

  private func original(_ positions: Int) throws(PolicyError) -> Int {
    let original = try integer("original_max_position_embeddings", default: positions)
    guard original > 0 else {
      throw fail("original_max_position_embeddings is \(original); it must be above 0")
    }
    return original
  }
}

extension ModelConfiguration {
  /// Writes how heads are turned, in the spellings of `transformers` 4 and 5.
  func writeRotary(
    into keys: inout [String: Any],
    _ names: ConfigurationReader.RotaryKeys = ConfigurationReader.RotaryKeys()
  ) {
    keys[names.base] = rotaryBase
    let scaling = rotaryScaling.keys
    keys["rope_scaling"] = scaling ?? NSNull()
    var parameters = scaling ?? ["rope_type": "default"]
    parameters["rope_theta"] = rotaryBase
    if let name = names.share {
      keys[name] = rotaryShare
      parameters["partial_rotary_factor"] = rotaryShare
    }
    keys["rope_parameters"] = parameters
  }
}

extension ModelConfiguration.RotaryScaling {
  /// The keys of `rope_scaling`; nil where nothing is scaled.
  fileprivate var keys: [String: Any]? {
    switch self {
    case .none: return nil
    case .linear(let factor): return ["rope_type": "linear", "factor": factor]
    case .dynamic(let factor): return ["rope_type": "dynamic", "factor": factor]
    case .llama3(let factor, let low, let high, let original):
      return [
        "rope_type": "llama3", "factor": factor, "low_freq_factor": low,
        "high_freq_factor": high, "original_max_position_embeddings": original,
      ]
    case .yarn(let yarn):
      var keys: [String: Any] = [
        "rope_type": "yarn", "factor": yarn.factor, "beta_fast": yarn.fast,
        "beta_slow": yarn.slow, "original_max_position_embeddings": yarn.original,
      ]
      keys["attention_factor"] = yarn.attention
      keys["mscale"] = yarn.scale
      keys["mscale_all_dim"] = yarn.scaleOfAll
      if !yarn.isTruncated { keys["truncate"] = false }
      return keys
    }
  }
}
