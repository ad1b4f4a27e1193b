import Foundation
import HTTP
import Runs

/// Makes the judge that settings describe, with the servers, models and limits behind it.
public struct JudgeAssembly {
  /// Makes the judge of a model in this process; a program without tensors has none.
  public typealias Local = (
    _ kind: JudgeSpecification.LocalKind, _ folder: String, _ template: PromptTemplate,
    _ sampling: RemoteJudge.Sampling
  ) throws -> any BatchJudge

  public let settings: JudgingSettings
  public let transport: CurlTransport
  public let meter: Meter
  /// How servers are asked, as it was set and as they teach it.
  public let dialects: DialectBook
  /// By address: judges of one server share its pace.
  public private(set) var paces: [String: Pace] = [:]
  /// Judges whose models lie in this process.
  public private(set) var models: [any BatchJudge] = []
  private let template: PromptTemplate
  private let prices: PriceList?
  private var members: [Member] = []

  private enum Member {
    case computed(any Judge)
    case remote(api: any RemoteAPI.Type, model: String, endpoint: Endpoint, key: APIKey?)
    case local(any BatchJudge, isSingle: Bool)
  }

  /// - Parameter sends: whether servers will be asked; without that none wants a key.
  /// - Throws: whatever is wrong with judges, template, keys or prices; nothing is sent.
  public init(
    _ settings: JudgingSettings, environment: [String: String], sends: Bool = true,
    local: Local? = nil
  ) throws {
    self.settings = settings
    template = try PromptTemplate.load(settings.template)
    prices = try settings.transport.prices.map(PriceList.init(file:))
    let specifications = try settings.judges.map(JudgeSpecification.init)
    let keys = try Self.checked { () throws(HTTPError) in
      try KeyRing(settings.transport.keyVariables, environment: environment)
    }
    if let file = settings.transport.certificates, !FileManager.default.isReadableFile(atPath: file)
    {
      throw JudgingError.setting("--ca-file \(file): cannot be read; check the path")
    }
    var endpoints: [Endpoint] = []
    for specification in specifications {
      guard case .remote(_, _, let address) = specification.kind else { continue }
      endpoints.append(try Self.endpoint(address, settings))
    }
    let hosts = Set(endpoints.map { $0.host.lowercased() })
    dialects = DialectBook(settings.dialect)
    transport = try Self.checked { () throws(HTTPError) in try CurlTransport() }
    meter = Meter(
      Meter.Limits(
        requests: settings.transport.maximumRequests, cost: settings.transport.maximumCost))
    for specification in specifications {
      switch specification.kind {
      case .computed:
        guard let judge = specification.computedJudge else { continue }
        members.append(.computed(judge))
      case .local(let kind, let folder):
        guard let local else {
          throw JudgingError.setting(
            "\(kind.rawValue):\(folder) is a model, which only plumb-engine can run")
        }
        let judge = try local(kind, folder, template, sampling)
        members.append(.local(judge, isSingle: kind == .model && template.subject == .single))
        models.append(judge)
      case .remote(let name, let model, let address):
        guard let api = JudgeSpecification.api(name) else { continue }
        let endpoint = try Self.endpoint(address, settings)
        let key =
          sends
          ? try Self.checked { () throws(HTTPError) in
            try keys.key(
              of: endpoint, isOnly: hosts.count == 1,
              byCustom: endpoint.url == api.defaultAddress ? api.defaultKeyVariable : nil)
          } : nil
        if settings.transport.maximumCost != nil, prices?[model] == nil {
          throw JudgingError.setting(
            "\(settings.transport.prices ?? "--prices") has no price for the model '\(model)', and --max-cost "
              + "needs one")
        }
        members.append(.remote(api: api, model: model, endpoint: endpoint, key: key))
        paces[endpoint.url] = paces[endpoint.url] ?? Pace(ceiling: settings.transport.concurrency)
      }
    }
  }

  private static func endpoint(
    _ address: String, _ settings: JudgingSettings
  ) throws(JudgingError) -> Endpoint {
    try checked { () throws(HTTPError) in
      try Endpoint(address, allowsPlain: settings.transport.allowsPlain)
    }
  }

  private static func checked<Value>(
    _ body: () throws(HTTPError) -> Value
  ) throws(JudgingError) -> Value {
    do throws(HTTPError) { return try body() } catch { throw JudgingError(error) }
  }

  /// Servers and models that are asked, as judges are typed.
  var servers: [String] {
    members.compactMap { member in
      guard case .remote(let api, let model, let endpoint, _) = member else { return nil }
      return "\(api.name):\(model)@\(endpoint.url)"
    }
  }

  public var asksServers: Bool { !paces.isEmpty }

  /// Whether answers cost something, so that they are remembered, and depend on what a text says,
  /// so that canaries mean something.
  public var asksModels: Bool { asksServers || !models.isEmpty }

  private var sampling: RemoteJudge.Sampling {
    RemoteJudge.Sampling(temperature: settings.temperature, seed: Int(clamping: settings.seed))
  }

  /// Who judges; nothing is asked through it.
  public var identity: JudgeIdentity {
    get throws { try judge(recorder: NoRecorder()).identity }
  }

  /// The file of shared answers; nil where nothing is shared.
  ///
  /// - Parameter mustExist: a rehearsal makes no file.
  public func cache(
    environment: [String: String], mustExist: Bool = false
  ) throws -> AnswerCache? {
    guard settings.usesCache, asksModels else { return nil }
    let path = settings.cache ?? AnswerCache.defaultPath(environment: environment)
    if mustExist, !FileManager.default.fileExists(atPath: path) { return nil }
    return try AnswerCache(path: path)
  }

  /// Counts what would be asked.
  public func rehearse(
    _ questions: [JudgeQuestion], cache: AnswerCache?
  ) async throws -> JudgingEstimate {
    try await cache?.recall(servers, dialects)
    let rehearsal = Rehearsal()
    @Sendable func isKnown(_ key: String) async throws -> Bool {
      try await cache?.judgment(of: key) != nil
    }
    let judge = try judge(
      recorder: NoRecorder(),
      remote: { rehearsal.judge($0, price: $1, isKnown: isKnown) },
      local: { rehearsal.judge($0) })
    let (_, stop) = await JudgingRun(judge, parallel: 1).perform(questions)
    if let stop { throw stop }
    var estimate = await rehearsal.estimate
    for case .local(let model, _) in members {
      for asked in try Preparation.asked(questions, judge, model)
      where try await !isKnown(asked.key) {
        try estimate.add(local: model.tokens(for: asked.question))
      }
    }
    return estimate
  }

  /// The judge, with wrappers around every one that asks a server or a model.
  func judge(
    recorder: any AttemptRecorder<Judgment>,
    remote: (RemoteJudge, Price?) -> any Judge = { judge, _ in judge },
    local: (PreparedJudge) -> any Judge = { $0 }
  ) throws -> any Judge {
    let judges = try members.map { member in
      let judge: any Judge
      switch member {
      case .computed(let computed): judge = computed
      case .local(let model, let isSingle):
        let prepared = local(PreparedJudge(model))
        judge = isSingle ? ByRating(prepared) : prepared
      case .remote(let api, let model, let endpoint, let key):
        let server = server(endpoint, key, recorder)
        let asked = remote(
          try RemoteJudge(
            server, api: api, model: model, template: template, sampling: sampling),
          prices?[model])
        judge = template.subject == .single ? ByRating(asked) : asked
      }
      let repeated =
        settings.repetitions > 1 ? Repeated(judge, times: settings.repetitions) : judge
      return settings.asksBothOrders ? BothOrders(repeated) : repeated
    }
    return judges.count == 1 ? judges[0] : Jury(judges)
  }

  private func server(
    _ endpoint: Endpoint, _ key: APIKey?, _ recorder: any AttemptRecorder<Judgment>
  ) -> JudgeServer {
    guard let pace = paces[endpoint.url] else {
      preconditionFailure("every server has a pace")
    }
    let prices = prices
    return JudgeServer(
      endpoint: endpoint, key: key, certificates: settings.transport.certificates,
      deadline: .seconds(settings.transport.deadline), transport: transport, pace: pace,
      meter: meter,
      recorder: recorder, dialects: dialects, price: { prices?[$0] })
  }
}

/// For judges that only say who they are.
private struct NoRecorder: AttemptRecorder {
  func willSend(_ key: String, attempt: Int) -> Bool { false }
  func lost(_ key: String, attempt: Int, reason: String, mayBeBilled: Bool) {}
  func answered(_ key: String, with judgment: Judgment) {}
  func withdraw(_ keys: [String], reason: String) {}
  func learned(_ lesson: DialectBook.Lesson) {}
}
