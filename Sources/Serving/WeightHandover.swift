import Foundation
import HTTP
import Judging
import Runs

/// How a kind of server is told to load the weights of a folder, request by request.
///
/// Sources: SGLang's documents of September 2026 (`update_weights_from_disk`); for vLLM the order of its
/// weight transfer (0.32), with a backend that reads a folder. Its workers refuse to begin a session while
/// one is open, and end it where an update fails.
struct WeightHandover {
  struct Step: Equatable {
    var path: String
    var body: Data
    /// The answer has to say that it was done.
    var isConfirmed = false
  }

  /// Once for a server.
  private(set) var beginning: [Step] = []
  /// Keeps the server from answering.
  private(set) var holding: [Step] = []
  /// Loads the folder: all of it, or again from the first request.
  let session: [Step]
  /// Ends a session that broke, before another.
  private(set) var closing: [Step] = []
  /// Lets the server answer, whatever came of the session.
  private(set) var releasing: [Step] = []

  /// - Parameters:
  ///   - folder: which the server reads under the same path.
  ///   - version: what the server is to call these weights.
  /// - Returns: nil for a kind whose form has no such request.
  init?(_ kind: ServingSettings.Kind, _ folder: String, version: String) throws {
    func step(_ path: String, _ body: [String: WireField] = [:]) throws -> Step {
      Step(path: path, body: try WireBody.encode(body))
    }
    switch kind {
    case .openai: return nil
    case .sglang:
      var load = try step(
        "/update_weights_from_disk",
        [
          "model_path": .text(folder), "weight_version": .text(version),
          "flush_cache": .truth(true),
        ])
      load.isConfirmed = true
      session = [load]
    case .vllm:
      beginning = [try step("/init_weight_transfer_engine", ["init_info": .fields([:])])]
      holding = [try step("/pause")]
      let end = try step("/finish_weight_update")
      session = [
        try step("/start_weight_update"),
        try step("/update_weights", ["update_info": .fields(["path": .text(folder)])]), end,
      ]
      closing = [end]
      releasing = [try step("/resume")]
    }
  }

  /// A value of a request.
  enum WireField: Encodable {
    case text(String)
    case truth(Bool)
    case fields([String: WireField])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .truth(let truth): try container.encode(truth)
      case .fields(let fields): try container.encode(fields)
      }
    }
  }
}

/// A step of a hand-over on its way to a server.
struct WeightInquiry: RemoteInquiry {
  /// What the reason begins with where a server says no with a good status.
  static let refusal = "does not load the weights"

  let step: WeightHandover.Step
  let version: String
  let model: String
  let server: String
  let dialect: Dialect

  var key: String { "\(step.path) \(version)" }
  /// Nothing is written.
  var most: TokenUsage { TokenUsage(input: 0, output: 0) }

  func message() throws -> RemoteMessage { RemoteMessage(path: step.path, body: step.body) }

  func reply(_ body: WireValue, _ scrubber: Scrubber) throws(BadReply) -> ServedAnswer {
    if case .boolean(false)? = body["success"] {
      let words = body["message"]?.text ?? "it gives no reason"
      throw BadReply("\(Self.refusal): \(scrubber.scrub(ServerWords.line(words)))")
    }
    if step.isConfirmed, body["success"] == nil {
      throw BadReply("does not say whether it loaded the weights")
    }
    return ServedAnswer()
  }

  func refusal(_ status: Int, _ words: ServerWords) -> Refusal {
    Refusal(status: status, words) { _ in nil }
  }

  func answer(
    to reply: ServedAnswer, attempts: Int, price: Price?
  ) -> (answer: ServedAnswer, usage: TokenUsage?) { (reply, nil) }
}
