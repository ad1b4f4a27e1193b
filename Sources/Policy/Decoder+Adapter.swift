import Foundation
import Runs
import Torch

extension Decoder {
  /// The adapter that changes this model; nil for a whole model.
  public var adapterSettings: AdapterSettings? { adapter?.settings }

  /// The seed of what adapters leave out while they learn, of the part of a step that comes next; nil
  /// outside of training.
  public var dropoutSeed: UInt64? {
    get { adapter?.dropout?.seed }
    set { adapter?.dropout?.seed = newValue }
  }

  /// This model's weights, frozen and shared, under an adapter of their own: a new one, which changes
  /// nothing yet, or, where this model is under one already, a copy of that.
  ///
  /// - Parameters:
  ///   - configuration: of another head; nil for this model's.
  ///   - seed: of the new weights: uniform within ±1/√in for A as PEFT begins, 0 for B.
  /// - Throws: ``PolicyError/input(_:)`` for settings that do not fit the model, or the adapter that it
  ///   has.
  func adapted(
    _ settings: AdapterSettings, as configuration: ModelConfiguration? = nil, seed: UInt64
  ) throws -> Decoder {
    var file = file
    if let configuration { file.configuration = configuration }
    let shape = file.configuration
    if let problem = settings.problem(of: shape) { throw PolicyError.input("adapter.\(problem)") }
    try requireSame(settings, shape)
    guard let base = adapter?.base ?? place else {
      throw PolicyError.input("an adapter names the model that it changes; this one lies nowhere")
    }
    let type = weights.tensors[0].type
    let dropout = settings.dropout > 0 ? AdapterDropout(share: settings.dropout) : nil
    var adapters: [Adapter] = []
    for row in settings.products(of: shape) {
      guard let widths = row.widths else { continue }
      let own = weights.adapters[row.module]
      let down =
        try own?.down.detached().copied()
        ?? Adapter.start(
          [settings.rank, widths.input], Generator(seed: seed, stream: row.module), type
        ).moved(to: device)
      let up =
        try own?.up.detached().copied()
        ?? Tensor.zeros([widths.output, settings.rank], type: type, on: device)
      adapters.append(
        Adapter(
          module: row.module, down: down, up: up, scale: settings.scale, dropout: dropout))
    }
    let whole = try settings.whole(of: shape).map { row in
      (
        name: row.name,
        tensor: try weights.tensor(row.name)?.detached().copied()
          ?? Weights.start(row, shape, Generator(seed: seed, stream: row.name), type)
          .moved(to: device)
      )
    }
    let rows = shape.family.parameters(of: shape)
    return try Decoder(
      file, Weights(weights, rows: rows, adapters: adapters, whole: whole),
      storedAs: adapter == nil ? StoredTypes(.float32) : stored,
      adapter: AppliedAdapter(
        file: AdapterFile(settings, classifies: shape.labels != nil),
        modules: adapters.map(\.module),
        base: base, frozenTypes: adapter?.frozenTypes ?? stored, dropout: dropout),
      precision: precision, on: device)
  }

  /// An independent model without adapter: what it adds becomes part of the weights, which are this
  /// model's own.
  public func merged() throws -> Decoder { try copied(as: configuration, headFrom: nil) }

  /// This model as who reads it from a checkpoint has it: its weights rounded to what they are stored as.
  public func rounded() throws -> Decoder {
    guard stored.isNarrow else { return self }
    let pairs = try zip(weights.names, weights.tensors).map { name, tensor in
      (
        name: name,
        tensor: try tensor.detached().converted(to: stored[name]).converted(to: tensor.type)
      )
    }
    return try Decoder(
      file, Weights(pairs), storedAs: stored, precision: precision, on: device)
  }

  /// A weight of a model without adapter.
  func merged(_ tensor: Tensor, _ row: ParameterTable.Row) throws(TorchError) -> Tensor {
    guard let adapter = weights.adapters[row.module], row.product != nil else {
      return try tensor.detached().copied()
    }
    return try withoutGradient { () throws(TorchError) in
      let difference = try adapter.difference()
      return try tensor.detached()
        + (row.product == .inOut ? difference.transposed(0, 1) : difference)
    }
  }

  /// A model of the same frozen weights, with a copy of what is trained.
  func copiedUnderAdapter() throws -> Decoder {
    let rows = configuration.family.parameters(of: configuration)
    let own = Set(trainable.names)
    let adapters = try rows.filter { $0.product != nil }
      .compactMap { try weights.adapters[$0.module]?.copied() }
    let whole = try rows.filter { own.contains($0.name) }
      .map { (name: $0.name, tensor: try weights[$0.name].detached().copied()) }
    let copy = try Decoder(
      file, Weights(weights, rows: rows, adapters: adapters, whole: whole), storedAs: stored,
      adapter: adapter, precision: precision, on: device)
    copy.place = place
    return copy
  }

  private func requireSame(
    _ settings: AdapterSettings, _ shape: ModelConfiguration
  ) throws(PolicyError) {
    guard let adapter else { return }
    var old = adapter.settings
    old.targets = .named(adapter.modules)
    old.saved = Array(Set(trainable.names).intersection(weights.names)).compactMap { name in
      configuration.family.parameters(of: configuration).first { $0.name == name }?.module
    }
    guard settings.goesOn(with: old, of: configuration) else {
      throw .input(old.parting(of: configuration))
    }
  }

  // MARK: Files

  /// Reads an adapter's folder, and its base model.
  static func load(
    adapter folder: URL, precision: Precision, type: ElementType, on device: Device
  ) throws -> Decoder {
    let found = try StoredAdapter(folder)
    let base = try StoredWeights(found.base)
    let frozen = try base.read(as: type, on: device)
    let own = try found.read(as: type, on: device)
    let settings = found.settings.settings
    func tensor(_ name: String) throws -> Tensor {
      guard let tensor = own[name] else {
        throw PolicyError.configuration(file: folder.path, problem: "lacks \(name)")
      }
      return tensor
    }
    let dropout = settings.dropout > 0 ? AdapterDropout(share: settings.dropout) : nil
    let adapters = try found.products.map { row in
      Adapter(
        module: row.module, down: try tensor(row.module + StoredAdapter.downSuffix),
        up: try tensor(row.module + StoredAdapter.upSuffix), scale: settings.scale,
        dropout: dropout)
    }
    let whole = try found.whole.map { (name: $0.name, tensor: try tensor($0.name)) }
    let configuration = found.file.configuration
    let rows = configuration.family.parameters(of: configuration)
    let weights = Weights(frozen, rows: rows, adapters: adapters, whole: whole)
    let lacking = rows.map(\.name).filter { weights.tensor($0) == nil }
    guard lacking.isEmpty else {
      throw PolicyError.tensors(folder: folder.path, missing: lacking, unexpected: [])
    }
    return try Decoder(
      found.file, weights, storedAs: found.types,
      adapter: AppliedAdapter(
        file: found.settings, modules: adapters.map(\.module), base: found.place,
        frozenTypes: base.types, dropout: dropout),
      precision: precision, on: device)
  }

  /// Writes `adapter_config.json` and `adapter_model.safetensors` as PEFT does.
  func save(_ adapter: AppliedAdapter, to folder: URL) throws -> String {
    let family = configuration.family
    let transposes = family.parameters(of: configuration).contains { $0.product == .inOut }
    var names: [String] = []
    for module in adapter.modules {
      let name = module.split(separator: ".").last.map(String.init) ?? module
      if !names.contains(name) { names.append(name) }
    }
    let own = Set(trainable.names)
    var whole: [String] = []
    for row in family.parameters(of: configuration)
    where own.contains(row.name) && !whole.contains(row.module) { whole.append(row.module) }
    try AtomicFile.write(
      try adapter.file.encoded(
        base: adapter.base.name(from: folder), transposes: transposes, modules: names,
        whole: whole),
      to: folder.appending(path: ModelFolder.adapterSettings))
    var metadata = ["format": "pt"]
    if configuration.labels != nil {
      metadata[StoredAdapter.endKey] = "\(configuration.endsTexts)"
      metadata[StoredAdapter.poolingKey] = configuration.pooling.rawValue
    }
    return try SafetensorsReading.write(
      zip(trainable.names, trainable.tensors).map {
        (StoredAdapter.prefix + $0, $1, stored[$0])
      }, metadata: metadata, to: folder.appending(path: ModelFolder.adapterWeights))
  }
}

extension Adapter {
  /// A new A: uniform within ±1/√in, as PEFT's `kaiming_uniform_` with a = √5.
  static func start(
    _ sizes: [Int], _ generator: Generator, _ type: ElementType
  ) throws(TorchError) -> Tensor {
    let bound = 1 / Double(sizes[1]).squareRoot()
    return try ((generator.uniform(sizes) * 2 - 1) * bound).converted(to: type)
  }
}
