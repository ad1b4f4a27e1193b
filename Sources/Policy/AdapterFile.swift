import Foundation
import Runs

/// An `adapter_config.json`: what it says of the adapter, and every key it holds.
///
/// Keys that are not understood, and change what the adapter computes, are refused by name.
struct AdapterFile: Equatable, Sendable {
  let settings: AdapterSettings
  /// The modules that PEFT would give an adapter.
  let modules: AdapterModules
  /// The file's own bytes; empty for a new adapter.
  let source: Data
  /// `task_type` says that the model classifies.
  let classifies: Bool

  init(_ settings: AdapterSettings, classifies: Bool) {
    self.settings = settings
    self.classifies = classifies
    modules = AdapterModules()
    source = Data()
  }

  /// - Throws: ``PolicyError/configuration(file:problem:)``.
  init(reading url: URL) throws {
    source = try BoundedFile.read(url, atMost: 4 << 20)
    let reader = try Reader(url.path, source)
    try reader.refuse()
    settings = try reader.settings()
    modules = AdapterModules(reader.keys)
    classifies = reader["task_type"]?.string == "SEQ_CLS"
  }

  // MARK: Writing

  /// The bytes to write beside the weights: the file's own keys, and over them those that Plumb is sure
  /// of, with sorted names.
  ///
  /// - Parameters:
  ///   - base: `base_model_name_or_path`.
  ///   - transposes: the base's products are stored `[in, out]`.
  ///   - modules: last parts of the paths of all products with an adapter.
  ///   - whole: paths of the modules that are saved whole. PEFT takes any module that ends with a name, also
  ///     within a word, so that a new file names the whole path.
  func encoded(
    base: String, transposes: Bool, modules: [String], whole: [String]
  ) throws -> Data {
    var keys: [String: Any] = [
      "auto_mapping": NSNull(), "bias": "none", "init_lora_weights": true, "lora_bias": false,
      "use_dora": false,
    ]
    var targets: Any?
    if !source.isEmpty,
      let object = try JSONSerialization.jsonObject(with: source) as? [String: Any]
    {
      keys.merge(object) { $1 }
      targets = object["target_modules"]
    }
    keys["peft_type"] = "LORA"
    keys["task_type"] = classifies ? "SEQ_CLS" : "CAUSAL_LM"
    keys["base_model_name_or_path"] = base
    keys["inference_mode"] = true
    keys["fan_in_fan_out"] = transposes
    keys["r"] = settings.rank
    keys["lora_alpha"] =
      Int(exactly: settings.alpha).map { $0 as Any } ?? settings.alpha as Any
    keys["lora_dropout"] = settings.dropout
    keys["use_rslora"] = settings.isRankStabilised
    if case .named(let names) = settings.targets {
      keys["target_modules"] = targets ?? names
    } else {
      keys["target_modules"] = targets ?? modules
    }
    let saved = source.isEmpty ? whole : settings.saved
    keys["modules_to_save"] = saved.isEmpty ? NSNull() : saved
    let data = try JSONSerialization.data(
      withJSONObject: keys, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    return data + Data("\n".utf8)
  }

  // MARK: Reading

  private struct Reader {
    let path: String
    let keys: JSONObject

    init(_ path: String, _ data: Data) throws {
      self.path = path
      let document: JSONValue
      do {
        document = try JSONValue(parsing: Array(data))
      } catch {
        throw PolicyError.configuration(file: path, problem: "is not JSON: \(error)")
      }
      guard let keys = document.object else {
        throw PolicyError.configuration(file: path, problem: "is not a JSON object")
      }
      self.keys = keys
    }

    subscript(key: String) -> JSONValue? { keys[key] }

    func fail(_ problem: String) -> PolicyError { .configuration(file: path, problem: problem) }

    /// Keys that decide what is computed, and are read.
    private static let read: Set = [
      "fan_in_fan_out", "lora_alpha", "lora_dropout", "modules_to_save", "peft_type", "r",
      "target_modules", "task_type", "use_rslora",
    ]
    /// Keys that say where the adapter comes from, or which modules it was made for, which the names of
    /// its weights say too.
    private static let idle: Set = [
      "auto_mapping", "base_model_name_or_path", "ensure_weight_tying", "exclude_modules",
      "inference_mode", "layers_pattern", "layers_to_transform", "megatron_core", "peft_version",
      "qalora_group_size", "revision", "runtime_config",
    ]
    /// Beginnings that leave the base model's weights as they are.
    private static let starts: Set = ["gaussian", "eva", "orthogonal"]

    /// Refuses what is not understood.
    func refuse() throws(PolicyError) {
      let kind = self["peft_type"]?.string ?? "no type"
      guard kind == "LORA" else {
        throw fail("peft_type is \(kind); Plumb reads adapters of type LORA")
      }
      if let bias = self["bias"]?.string, bias != "none" {
        throw fail("bias is \(bias), and Plumb leaves the biases of a base model alone; use none")
      }
      if case .string(let start)? = self["init_lora_weights"], !Self.starts.contains(start) {
        throw fail(
          "init_lora_weights is \(start), which changes the base model's weights; Plumb takes them "
            + "as they are")
      }
      for member in keys.members {
        guard !Self.read.contains(member.key), !Self.idle.contains(member.key),
          member.key != "bias", member.key != "init_lora_weights"
        else { continue }
        switch member.value {
        case .null, .boolean(false): continue
        case .array(let values) where values.isEmpty: continue
        case .object(let members) where members.members.isEmpty: continue
        default:
          throw fail("\(member.key) is set, and Plumb does not know what it changes")
        }
      }
    }

    func settings() throws(PolicyError) -> AdapterSettings {
      // PEFT's own defaults stand for what a file leaves out.
      let rank = self["r"].map(\.integer) ?? 8
      guard let rank, (1...65_536).contains(rank) else {
        throw fail("r is no whole number from 1 to 65536")
      }
      let alpha = self["lora_alpha"].map(\.number) ?? 8
      guard let alpha, alpha.isFinite else { throw fail("lora_alpha is no number") }
      let dropout = self["lora_dropout"].map(\.number) ?? 0
      guard let dropout, (0..<1).contains(dropout) else {
        throw fail("lora_dropout is no number in [0, 1)")
      }
      let names = self["target_modules"]?.array?.compactMap(\.string)
      return AdapterSettings(
        rank: rank, alpha: alpha, dropout: dropout,
        targets: names.map { .named($0.sorted()) } ?? .allLinear,
        isRankStabilised: self["use_rslora"]?.boolean ?? false,
        saved: self["modules_to_save"]?.array?.compactMap(\.string) ?? [])
    }
  }
}
