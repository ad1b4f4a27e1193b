import Runs
import Torch

/// A kind of decoder-only transformer that Hugging Face has a class for: how its `config.json` is read
/// and written, what its tensors are called, and what its layers compute.
///
/// A new family is a file with a type of this kind, and its line in ``Families``.
protocol ModelFamily: Sendable {
  /// `model_type` in `config.json`.
  var type: String { get }
  /// How the names of its classes in `transformers` begin.
  var className: String { get }
  /// How the name of the language model's class ends.
  var languageHead: String { get }
  /// The names in front of a body's tensors: files of the hub may leave them out.
  var prefix: String { get }
  /// The names of the embedding and of the output head, where there is one.
  var embedding: String { get }
  var head: String { get }
  /// Other names of tensors that files have.
  var aliases: [String: String] { get }
  /// How the names of buffers end that old files carry and nobody needs.
  var buffers: [String] { get }
  /// The feed-forward layer has a third product.
  var isGated: Bool { get }
  /// Queries and keys are turned by their positions; otherwise positions have an embedding.
  var isRotary: Bool { get }

  // MARK: config.json

  /// Keys that ``read(_:)`` reads, beside those of every family. Any other is refused by name.
  var keys: Set<String> { get }
  /// Keys that are understood with these values alone, since they then say nothing.
  var fixed: [String: [JSONValue]] { get }
  /// Keys whose number must have a fraction for `transformers`, be it 0.
  var fractions: Set<String> { get }
  /// Rates of dropout, which a new file says are 0.
  var dropout: [String] { get }

  /// What a model from scratch has beside what its user says.
  func prepare(_ configuration: inout ModelConfiguration)
  func read(_ reader: ConfigurationReader) throws(PolicyError) -> ModelConfiguration
  /// Overwrites the keys of a file that are the family's own.
  func write(_ configuration: ModelConfiguration, into keys: inout [String: Any])
  /// What no model of the family can be, or nil.
  func problem(of configuration: ModelConfiguration) -> String?

  // MARK: The model

  /// The tensors of a body, in the order in which they are started.
  func tensors(of configuration: ModelConfiguration) -> [ParameterTable.Row]
  /// `[row]` ids and positions to the residual stream, `[row, hidden]`.
  func embed(
    _ ids: Tensor, at positions: Tensor, _ weights: Weights, _ configuration: ModelConfiguration
  ) throws(TorchError) -> Tensor
  func block(
    _ weights: Weights, layer: Int, _ configuration: ModelConfiguration
  ) -> any DecoderBlock
  func finalNorm(_ weights: Weights, _ configuration: ModelConfiguration) -> Norm
  /// What its layers leave for their backward pass.
  func kept(by configuration: ModelConfiguration) -> LayerNumbers
}

extension ModelFamily {
  var languageHead: String { "ForCausalLM" }
  var head: String { "lm_head.weight" }
  var aliases: [String: String] { [:] }
  var isGated: Bool { true }
  var isRotary: Bool { true }
  var fixed: [String: [JSONValue]] { [:] }
  var fractions: Set<String> { ["initializer_range"] }
  var dropout: [String] { [] }

  func prepare(_ configuration: inout ModelConfiguration) {}
  func problem(of configuration: ModelConfiguration) -> String? { nil }
  func kept(by configuration: ModelConfiguration) -> LayerNumbers { .separate(configuration) }

  /// All tensors of a model: its body, and its output or reward head.
  func parameters(of c: ModelConfiguration) -> [ParameterTable.Row] {
    var rows = tensors(of: c)
    if let labels = c.labels {
      rows.append(.init(name: "score.weight", shape: [labels, c.hidden], start: .head))
    } else if !c.isTied {
      rows.append(.init(name: head, shape: [c.vocab, c.hidden], start: .normal))
    }
    return rows
  }
}

/// One layer of a decoder, without its attention: who looks where is the caller's business, so
/// that training and sampling share all weights and differ only in how they keep keys and values.
protocol DecoderBlock {
  /// `[row, hidden]` to the queries, keys and values of each row, `[row, head, size]`.
  func project(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor
  /// The residual stream behind the layer, `[row, hidden]`, from the one before it and what attention
  /// gave, `[row, query heads · size]`.
  func finish(_ x: Tensor, _ attended: Tensor, _ precision: Precision) throws(TorchError) -> Tensor
  /// The same layer with its products ready for sampling; see ``Decoder/packed(rows:takingWeights:)``.
  func packed(_ packing: Packing) throws(TorchError) -> Self
}
