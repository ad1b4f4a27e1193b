import Foundation
import Runs
import Torch

/// The adapter of a folder, found and held against its base model, and not yet read.
///
/// Names are PEFT's: `base_model.model.` in front of a module's path, `.lora_A.weight` and
/// `.lora_B.weight` behind it, or the weight of a module that is saved whole.
public struct StoredAdapter {
  static let prefix = "base_model.model."
  static let downSuffix = ".lora_A.weight"
  static let upSuffix = ".lora_B.weight"
  /// What the weights' file remembers of a reward head, for which PEFT has no key.
  static let poolingKey = "plumb_pooling"
  static let endKey = "plumb_end_token"

  let settings: AdapterFile
  /// The base model's folder.
  public let base: URL
  let place: ModelPlace
  /// The base model's file with the adapter's reward head, where it has one.
  public let file: ConfigurationFile
  public let types: StoredTypes
  /// Products with an adapter, in the order of the family's table.
  let products: [ParameterTable.Row]
  /// Weights that are saved whole, likewise.
  let whole: [ParameterTable.Row]
  private let folder: URL
  private let files: SafetensorsFile

  /// What `plumb model` says of it.
  public var adapter: AdapterSettings { settings.settings }
  /// The same with all that it changes by name.
  public var applied: AdapterSettings {
    var applied = settings.settings
    applied.targets = .named(products.map(\.module))
    applied.saved = whole.map(\.module)
    return applied
  }
  /// Numbers of its own.
  public var count: Int { files.tensors.values.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// - Throws: ``PolicyError``, or `RunError` for a file that is not what it says, or a base that is not
  ///   here.
  public init(_ folder: URL) throws {
    self.folder = folder
    settings = try AdapterFile(reading: folder.appending(path: ModelFolder.adapterSettings))
    (base, place) = try ModelFolder.base(of: folder)
    var file = try ConfigurationFile(reading: base.appending(path: "config.json"))
    let weights = folder.appending(path: ModelFolder.adapterWeights)
    guard FileManager.default.fileExists(atPath: weights.path) else {
      throw PolicyError.configuration(
        file: weights.path, problem: "not found; PEFT writes it with save_pretrained")
    }
    files = try SafetensorsFile(weights)
    if let head = files.tensors[Self.prefix + "score.weight"], head.shape.count == 2 {
      file.configuration.labels = head.shape[0]
      let pooling = files.metadata[Self.poolingKey].flatMap(ModelConfiguration.Pooling.init)
      file.configuration.pooling = pooling ?? .last
      file.configuration.endsTexts = files.metadata[Self.endKey] == "true"
      if let problem = file.configuration.problem {
        throw PolicyError.configuration(file: weights.path, problem: problem)
      }
    }
    self.file = file
    var names = Names(files, base: base)
    var products: [ParameterTable.Row] = []
    var whole: [ParameterTable.Row] = []
    let rank = settings.settings.rank
    for row in file.configuration.family.parameters(of: file.configuration) {
      let (down, up) = (row.module + Self.downSuffix, row.module + Self.upSuffix)
      if let widths = row.widths, names.has(down) || names.has(up) {
        try names.take(down, [rank, widths.input])
        try names.take(up, [widths.output, rank])
        products.append(row)
      } else if names.has(row.name) {
        try names.take(row.name, row.shape)
        whole.append(row)
      }
    }
    try names.end()
    let (c, embedding) = (file.configuration, file.configuration.family.embedding)
    if c.isTied, whole.contains(where: { $0.name == embedding }) {
      throw PolicyError.configuration(
        file: weights.path,
        problem: "\(embedding) is saved whole, but is embedding and output head in one")
    }
    for row in products {
      guard let key = settings.modules.leavesOut(row.module) else { continue }
      throw PolicyError.configuration(
        file: weights.path,
        problem: "holds an adapter of \(row.module), which PEFT would leave out by \(key) of "
          + "\(ModelFolder.adapterSettings); correct that, or remove the adapter")
    }
    let saved = settings.settings.whole(of: c)
    if let other = whole.first(where: { row in !saved.contains { $0.name == row.name } }) {
      throw PolicyError.configuration(
        file: weights.path,
        problem: "holds \(other.module) whole, which modules_to_save does not name, and PEFT "
          + "would leave it out; name it in \(ModelFolder.adapterSettings), or remove it")
    }
    self.products = products
    self.whole = whole
    types = StoredTypes(names.types)
  }

  /// What of a file of weights has been asked for.
  private struct Names {
    private let files: SafetensorsFile
    private var left: Set<String>
    private let belongs: String
    private(set) var types: [(name: String, type: ElementType, count: Int)] = []

    init(_ files: SafetensorsFile, base: URL) {
      self.files = files
      left = Set(files.names)
      belongs = "it belongs to another model than \(base.path)"
    }

    func has(_ name: String) -> Bool { left.contains(StoredAdapter.prefix + name) }

    private func fail(_ problem: String) -> PolicyError {
      .configuration(file: files.url.path, problem: problem)
    }

    mutating func take(_ name: String, _ shape: [Int]) throws(PolicyError) {
      guard left.remove(StoredAdapter.prefix + name) != nil,
        let entry = files.tensors[StoredAdapter.prefix + name]
      else { throw fail("lacks \(name)") }
      guard entry.shape == shape else {
        throw fail(
          "\(name) is \(entry.shape), and the base model calls for \(shape): \(belongs)")
      }
      let floating: [ElementType] = [.float64, .float32, .float16, .bfloat16]
      guard let type = ElementType(entry.dtype), floating.contains(type) else {
        throw fail("\(name) has elements of type \(entry.dtype.rawValue)")
      }
      types.append((name, type, shape.reduce(1, *)))
    }

    func end() throws(PolicyError) {
      guard let first = left.min() else { return }
      let isPart =
        first.contains(".lora_") && (first.contains("lm_head") || first.contains("embed"))
      if isPart {
        throw fail(
          "\(first) adapts embeddings or the output head, and Plumb adapts linear layers of blocks alone; merge "
            + "it with PEFT (merge_and_unload), and take the whole model")
      }
      throw fail(
        "\(first) changes nothing that Plumb has in the base model: \(belongs), or changes more than "
          + "linear layers")
    }
  }

  /// Reads the adapter's own weights, by the names that a training has for them.
  func read(as type: ElementType, on device: Device) throws -> [String: Tensor] {
    var found: [String: Tensor] = [:]
    for (stored, entry) in files.tensors {
      let name = String(stored.dropFirst(Self.prefix.count))
      let raw = try files.withBytes(of: stored) {
        try Tensor.of(bytes: $0, type: types[name], sizes: entry.shape)
      }
      let tensor = try raw.converted(to: type)
      let finite = try tensor.isFinite().converted(to: .float64).sum().item()
      guard finite == Double(tensor.count) else {
        throw PolicyError.nonfinite(
          folder: folder.path, tensor: name, count: tensor.count - Int(finite))
      }
      found[name] = try tensor.moved(to: device)
    }
    return found
  }
}

extension ConfigurationFile {
  /// The shape of the model in a folder: of an adapter's, its base's with the adapter's head.
  public init(of folder: URL) throws {
    guard ModelFolder.isAdapter(folder) else {
      try self.init(reading: folder.appending(path: "config.json"))
      return
    }
    self = try StoredAdapter(folder).file
  }
}
