import Corpus
import Foundation
import Policy
import Synchronization
import Torch

/// Speaks the requests of vLLM, SGLang and OpenAI's completions on loopback, with a real model behind
/// them: what it draws and what it says of that is computed.
///
/// Written from the engines' documentation: vLLM 0.32 (`/v1/completions` with `return_token_ids`,
/// `/inference/v1/generate`, weight transfer) and SGLang of September 2026 (`/generate`,
/// `update_weights_from_disk`).
public final class EngineDouble: Sendable {
  /// What it does that servers do.
  public struct Manner: Sendable {
    /// Takes text alone and tells no log-probabilities, as transformers serve.
    public var isTextOnly = false
    public var tellsLogprobs = true
    public var scores = true
    /// The longest completion, whatever is asked.
    public var cut = Int.max
    /// Is added to every id that it gives.
    public var shift = 0
    /// Requests that are answered; then connections break.
    public var life = Int.max
    /// The first requests that are refused for being too many.
    public var refusals = 0
    /// Bodies without what they are about, of so many requests.
    public var halves = 0
    /// Loads weights when it is told to; one that does not keeps the old ones and says nothing.
    public var loadsWeights = true
    public var key: String?
    /// Answers in another order than it was asked.
    public var isUnordered = false
    /// What goes wrong with requests to a path, one after the other.
    public var faults: [String: [Fault]] = [:]
    /// What its pooler puts behind a score.
    public var activation: (@Sendable (Double) -> Double)?
    /// Is started again, with the weights of the beginning, once it has drawn so much.
    public var isRestarted = Int.max
    public init() {}
  }

  /// What goes wrong with one request.
  public enum Fault: Sendable, CaseIterable {
    /// It is done, and the answer breaks off in the middle of its JSON.
    case half
    /// It is done, and the connection is closed within the answer.
    case cut
    /// It is done, and the connection is closed before the answer.
    case dropped
    /// It is done, and the answer comes too late.
    case late
    /// 500, and nothing is done.
    case failed
    /// A good status and `success: false`, and nothing is done.
    case declined
  }

  private struct State {
    var manner: Manner
    var requests = 0
    var halves = 0
    /// Of completions that were drawn.
    var drawn = 0
    /// Of texts that were scored.
    var scored = 0
    var paths: [String] = []
    var folder: URL
    let first: URL
    /// As vLLM has it: nobody is answered.
    var isPaused = false
    /// A session of vLLM that was begun and not ended.
    var isUpdating = false

    mutating func fault(at path: String) -> Fault? {
      guard let fault = manner.faults[path]?.first else { return nil }
      manner.faults[path]?.removeFirst()
      return fault
    }
  }

  public static let name = "double"

  private let state: Mutex<State>
  // Mutex is not copyable; the server's handler needs the object itself.
  private let server = Mutex<LoopbackServer?>(nil)

  /// - Parameter folder: of the model.
  public init(_ folder: URL, _ manner: Manner = Manner()) throws {
    state = Mutex(State(manner: manner, folder: folder, first: folder))
    let made = try LoopbackServer { [weak self] in self?.answer($0) }
    server.withLock { $0 = made }
  }

  deinit { close() }

  public func close() { server.withLock { $0?.close() } }

  public var root: String { server.withLock { $0?.address ?? "" } }
  /// As a policy is typed.
  public var policy: String { "server:\(Self.name)@\(root)/v1" }
  public var requests: Int { state.withLock { $0.requests } }
  public var drawn: Int { state.withLock { $0.drawn } }
  public var scored: Int { state.withLock { $0.scored } }
  public var paths: [String] { state.withLock { $0.paths } }

  public var isPaused: Bool { state.withLock { $0.isPaused } }

  public func change(_ body: (inout Manner) -> Void) { state.withLock { body(&$0.manner) } }

  /// Serves other weights from now on.
  public func load(_ folder: URL) { state.withLock { $0.folder = folder } }

  // MARK: Answering

  private func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer? {
    let fault = state.withLock { $0.fault(at: request.path) }
    switch fault {
    case .failed:
      note(request)
      return refuse(500, "CUDA error: out of memory")
    case .declined:
      note(request)
      return json(["success": false, "message": "Failed to get weights iterator"])
    default: break
    }
    var found = sound(request)
    switch fault {
    case .half: found?.body.removeLast(2)
    case .cut: found?.isCut = true
    case .dropped: return nil
    case .late: sleep(2)
    default: break
    }
    return found
  }

  private func note(_ request: LoopbackServer.Request) {
    state.withLock { state in
      state.requests += 1
      state.paths.append(request.path)
      // An update that fails ends its session.
      if request.path == "/update_weights" { state.isUpdating = false }
    }
  }

  private func sound(_ request: LoopbackServer.Request) -> LoopbackServer.Answer? {
    let (manner, number) = state.withLock { state in
      state.requests += 1
      state.paths.append(request.path)
      return (state.manner, state.requests)
    }
    guard number <= manner.life else { return nil }
    if let key = manner.key, request.headers["authorization"] != "Bearer \(key)" {
      return refuse(
        401, "Incorrect API key provided: \(request.headers["authorization"] ?? "none")")
    }
    if number <= manner.refusals {
      return refuse(429, "Rate limit reached", ["Retry-After": "0.2"])
    }
    if manner.isUnordered { usleep(UInt32(number % 5) * 3000) }
    guard let body = (try? JSONSerialization.jsonObject(with: request.body)) as? [String: Any]
    else { return refuse(400, "the body is not JSON") }
    do {
      let isHalf = state.withLock { state in
        guard state.halves < manner.halves else { return false }
        state.halves += 1
        return true
      }
      if isHalf {
        return .init(200, Data(#"{"choices": [{"index": 0}], "meta_info": {}}"#.utf8))
      }
      let (folder, isPaused) = state.withLock { state in
        if state.drawn >= state.manner.isRestarted {
          state.folder = state.first
          state.manner.isRestarted = .max
        }
        return (state.folder, state.isPaused)
      }
      if isPaused, request.path.hasSuffix("completions") || request.path.hasSuffix("generate") {
        return refuse(400, "the engine is paused")
      }
      switch request.path {
      case "/v1/completions": return try completions(body, folder, manner)
      case "/inference/v1/generate": return try generateVLLM(body, folder, manner)
      case "/generate": return try generateSGLang(body, folder, manner)
      case "/pooling", "/classify": return try score(body, folder, manner, request.path)
      default: return weights(request.path, body, manner)
      }
    } catch {
      return refuse(500, "\(error)")
    }
  }

  private func refuse(
    _ status: Int, _ words: String, _ headers: [String: String] = [:]
  ) -> LoopbackServer.Answer {
    json(["error": ["message": words, "code": status]], status, headers)
  }

  private func json(
    _ value: Any, _ status: Int = 200, _ headers: [String: String] = [:]
  ) -> LoopbackServer.Answer {
    let data = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
    return .init(status, data, headers: headers)
  }

  private func unknown(_ model: Any?) -> LoopbackServer.Answer? {
    guard model as? String != Self.name else { return nil }
    return refuse(404, "The model `\(model ?? "")` does not exist.")
  }

  // MARK: The model

  private struct Drawn {
    var ids: [Int]
    var values: [Double]
    var text: String
    var isFinished: Bool
  }

  private func draw(
    _ prompt: [Int], _ sampling: [String: Any], length: Int, seed: Int, _ model: LanguageModel,
    _ manner: Manner
  ) throws -> Drawn {
    state.withLock { $0.drawn += 1 }
    let limit = min(length, manner.cut)
    let settings = model.sampling(
      temperature: sampling["temperature"] as? Double ?? 1, maxTokens: limit,
      truncation: Truncation(
        topK: (sampling["top_k"] as? Int).flatMap { $0 > 0 ? $0 : nil },
        topP: sampling["top_p"] as? Double ?? 1))
    let numbers = try DrawingNumbers(seed: UInt64(seed), stream: "double")
      .rows(of: ["\(prompt)"], count: 1, length: limit)
    let found = try Sampler(model.decoder, settings)
      .sample([prompt], count: 1, uniform: numbers)[0][0]
    return Drawn(
      ids: found.tokens.map { $0 + manner.shift },
      // Before the temperature, as engines tell them by themselves.
      values: try score(prompt, found.tokens, model),
      text: model.text(of: found, after: prompt), isFinished: found.isFinished)
  }

  private func score(_ prompt: [Int], _ ids: [Int], _ model: LanguageModel) throws -> [Double] {
    try withoutGradient {
      let targets = try Targets.completions(
        [[ids]], of: [prompt], positions: model.decoder.configuration.positions, on: .cpu)
      return try targets.perCompletion(model.decoder.logProbabilities(of: targets))[0]
    }
  }

  // MARK: Forms

  private func completions(
    _ body: [String: Any], _ folder: URL, _ manner: Manner
  ) throws -> LoopbackServer.Answer {
    if let refusal = unknown(body["model"]) { return refusal }
    let model = try LanguageModel.load(folder)
    let prompt: [Int]
    if manner.isTextOnly {
      if body["return_token_ids"] != nil {
        return json(["detail": "Unexpected fields in the request: {'return_token_ids'}"], 422)
      }
      guard let text = body["prompt"] as? String else {
        return json(["detail": "prompt must be a string."], 400)
      }
      prompt = model.begin + model.tokenizer.encode(text)
    } else {
      guard let ids = body["prompt"] as? [Int] else { return refuse(400, "prompt is not ids") }
      prompt = ids
    }
    let length = body["max_tokens"] as? Int ?? 16
    let drawn = try draw(
      prompt, body, length: length, seed: body["seed"] as? Int ?? 0, model, manner)
    var choice: [String: Any] = [
      "index": 0, "text": drawn.text, "finish_reason": drawn.isFinished ? "stop" : "length",
    ]
    if body["echo"] as? Bool == true, manner.scores, manner.tellsLogprobs {
      let whole = try score(Array(prompt.prefix(1)), Array(prompt.dropFirst()), model)
      choice["logprobs"] =
        ["token_logprobs": [NSNull()] + whole + [-1.0], "tokens": []] as [String: Any]
    } else if body["logprobs"] != nil, manner.tellsLogprobs, !manner.isTextOnly {
      choice["logprobs"] =
        [
          "token_logprobs": drawn.values,
          "tokens": drawn.ids.map { model.tokenizer.token($0) ?? "" },
        ] as [String: Any]
    }
    if body["return_token_ids"] as? Bool == true { choice["token_ids"] = drawn.ids }
    return json([
      "id": "c", "model": Self.name, "choices": [choice],
      "usage": ["prompt_tokens": prompt.count, "completion_tokens": drawn.ids.count],
    ])
  }

  private func generateVLLM(
    _ body: [String: Any], _ folder: URL, _ manner: Manner
  ) throws -> LoopbackServer.Answer {
    if let refusal = unknown(body["model"]) { return refusal }
    let model = try LanguageModel.load(folder)
    guard let prompt = body["token_ids"] as? [Int],
      let sampling = body["sampling_params"] as? [String: Any]
    else { return refuse(400, "token_ids and sampling_params are required") }
    if sampling["n"] as? Int ?? 1 != 1 { return refuse(400, "n > 1 is not supported") }
    let drawn = try draw(
      prompt, sampling, length: sampling["max_tokens"] as? Int ?? 16,
      seed: sampling["seed"] as? Int ?? 0, model, manner)
    var choice: [String: Any] = [
      "index": 0, "token_ids": drawn.ids, "finish_reason": drawn.isFinished ? "stop" : "length",
    ]
    if sampling["logprobs"] != nil, manner.tellsLogprobs {
      choice["logprobs"] = [
        "content": zip(drawn.ids, drawn.values).map {
          ["token": "token_id:\($0)", "logprob": $1] as [String: Any]
        }
      ]
    }
    var answer: [String: Any] = ["request_id": "r", "choices": [choice]]
    if sampling["prompt_logprobs"] != nil, manner.scores {
      let whole = try score(Array(prompt.prefix(1)), Array(prompt.dropFirst()), model)
      answer["prompt_logprobs"] =
        [NSNull()]
        + zip(prompt.dropFirst(), whole).map {
          ["\($0)": ["logprob": $1, "rank": 1]] as [String: Any]
        }
    }
    return json(answer)
  }

  private func generateSGLang(
    _ body: [String: Any], _ folder: URL, _ manner: Manner
  ) throws -> LoopbackServer.Answer {
    let model = try LanguageModel.load(folder)
    guard let prompt = body["input_ids"] as? [Int],
      let sampling = body["sampling_params"] as? [String: Any]
    else { return refuse(400, "input_ids is required") }
    let drawn = try draw(
      prompt, sampling, length: sampling["max_new_tokens"] as? Int ?? 128,
      seed: sampling["sampling_seed"] as? Int ?? 0, model, manner)
    var facts: [String: Any] = [
      "prompt_tokens": prompt.count, "completion_tokens": drawn.ids.count,
      "weight_version": folder.lastPathComponent,
      "finish_reason": drawn.isFinished
        ? ["type": "stop", "matched": drawn.ids.last ?? 0] as [String: Any]
        : ["type": "length", "length": drawn.ids.count],
    ]
    if body["return_logprob"] as? Bool == true, manner.tellsLogprobs {
      facts["output_token_logprobs"] = zip(drawn.ids, drawn.values).map {
        [$1, $0, NSNull()] as [Any]
      }
      let start = body["logprob_start_len"] as? Int ?? -1
      if start >= 0, manner.scores {
        let whole = try score(Array(prompt.prefix(1)), Array(prompt.dropFirst()), model)
        facts["input_token_logprobs"] = (start..<prompt.count).map { place -> [Any] in
          [place == start ? NSNull() : whole[place - 1] as Any, prompt[place], NSNull()]
        }
      }
    }
    return json(["text": drawn.text, "output_ids": drawn.ids, "meta_info": facts])
  }

  /// What a text is worth, in the form of vLLM or of SGLang.
  private func score(
    _ body: [String: Any], _ folder: URL, _ manner: Manner, _ path: String
  ) throws -> LoopbackServer.Answer {
    if let refusal = unknown(body["model"]) { return refusal }
    guard let ids = (body["input"] ?? body["input_ids"]) as? [Int] else {
      return refuse(400, "ids are missing")
    }
    let model = try LanguageModel.load(folder)
    let count = model.decoder.configuration.positions
    guard ids.count <= count else { return refuse(400, "\(ids.count) tokens are above \(count)") }
    state.withLock { $0.scored += 1 }
    let found: [Double] = try withoutGradient {
      try model.decoder.scores([ids]).reshaped(-1).values()
    }
    var score = found[0]
    if let activation = manner.activation { score = activation(score) }
    guard path == "/classify" else {
      return json([
        "object": "list", "model": Self.name,
        "data": [["index": 0, "object": "pooling", "data": [score]] as [String: Any]],
        "usage": ["prompt_tokens": ids.count, "total_tokens": ids.count, "completion_tokens": 0],
      ])
    }
    return json([
      "embedding": [score],
      "meta_info": ["prompt_tokens": ids.count, "weight_version": folder.lastPathComponent],
    ])
  }

  // MARK: Weights

  private func weights(
    _ path: String, _ body: [String: Any], _ manner: Manner
  ) -> LoopbackServer.Answer {
    switch path {
    case "/pause", "/resume":
      state.withLock { $0.isPaused = path == "/pause" }
      return json(["status": "ok"])
    case "/init_weight_transfer_engine", "/pause_generation", "/continue_generation":
      return json(["message": "ok"])
    case "/start_weight_update", "/finish_weight_update":
      let begins = path == "/start_weight_update"
      let isBegun = state.withLock { state in
        defer { state.isUpdating = begins }
        return state.isUpdating
      }
      guard isBegun != begins else {
        return refuse(
          500, begins ? "a weight update is already active" : "finish without a matching start")
      }
      return json(["message": "ok"])
    case "/update_weights", "/update_weights_from_disk":
      let info = body["update_info"] as? [String: Any]
      guard let folder = (body["model_path"] ?? body["path"] ?? info?["path"]) as? String else {
        return refuse(400, "no path of weights")
      }
      guard path != "/update_weights" || state.withLock({ $0.isUpdating }) else {
        return refuse(500, "start_weight_update must be called before update_weights")
      }
      if manner.loadsWeights { load(URL(fileURLWithPath: folder)) }
      return json(["success": true, "message": "ok"])
    default: return refuse(404, "Not Found")
    }
  }
}
