import Foundation
import HTTP
import Judging
import Runs

/// How a kind of server is told to load the weights of a folder, request by request.
///
/// Sources: SGLang's documents of September 2026 (`update_weights_from_disk`); for vLLM the order of its
/// weight transfer (0.32), with a backend that reads a folder.
struct WeightHandover {
  struct Step: Equatable {
    var path: String
    var body: Data
  }

  /// Once for a server.
  let beginning: [Step]
  /// For every folder.
  let steps: [Step]

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
      beginning = []
      steps = [
        try step(
          "/update_weights_from_disk",
          [
            "model_path": .text(folder), "weight_version": .text(version),
            "flush_cache": .truth(true),
          ])
      ]
    case .vllm:
      beginning = [try step("/init_weight_transfer_engine", ["init_info": .fields([:])])]
      steps = [
        try step("/pause"), try step("/start_weight_update"),
        try step("/update_weights", ["update_info": .fields(["path": .text(folder)])]),
        try step("/finish_weight_update"), try step("/resume"),
      ]
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
  let step: WeightHandover.Step
  let key: String
  let model: String
  let server: String

  var dialect: Dialect { Dialect() }
  /// Nothing is written.
  var most: TokenUsage { TokenUsage(input: 0, output: 0) }

  func message() throws -> RemoteMessage { RemoteMessage(path: step.path, body: step.body) }

  /// A server may say no with a good status.
  func reply(_ body: WireValue, _ scrubber: Scrubber) throws(BadReply) -> ServedAnswer {
    if case .boolean(false)? = body["success"] {
      let words = body["message"]?.text ?? "it gives no reason"
      throw BadReply("does not load the weights: \(scrubber.scrub(ServerWords.line(words)))")
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
