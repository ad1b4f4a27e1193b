import Command
import Foundation
import Judging

/// Makes the judge that a command line describes, with the servers and limits behind it.
struct JudgeAssembly {
  let transport: CurlTransport
  let meter: Meter
  /// By address: judges of one server share its pace.
  private(set) var paces: [String: Pace] = [:]
  private let request: JudgeRequest
  private let template: PromptTemplate
  private let prices: PriceList?
  private let members: [Member]

  private struct Member {
    let computed: (any Judge)?
    let remote: (api: any RemoteAPI.Type, model: String, endpoint: Endpoint, key: APIKey?)?
  }

  /// - Throws: whatever is wrong with judges, template, keys or prices; nothing is sent.
  init(_ request: JudgeRequest, environment: [String: String]) throws {
    self.request = request
    template = try PromptTemplate.load(request.template)
    prices = try request.prices.map(PriceList.init(file:))
    let specifications = try request.judges.map(JudgeSpecification.init)
    let keys = try KeyRing(request.keyVariables, environment: environment)
    if let file = request.certificates, !FileManager.default.isReadableFile(atPath: file) {
      throw JudgingError.setting("--ca-file \(file): cannot be read; check the path")
    }
    var endpoints: [Endpoint] = []
    for specification in specifications {
      guard case .remote(_, _, let address) = specification.kind else { continue }
      endpoints.append(try Endpoint(address, allowsPlain: request.allowsPlain))
    }
    let hosts = Set(endpoints.map { $0.host.lowercased() })
    var members: [Member] = []
    for specification in specifications {
      guard case .remote(let name, let model, let address) = specification.kind,
        let api = JudgeSpecification.api(name)
      else {
        members.append(Member(computed: specification.computedJudge, remote: nil))
        continue
      }
      let endpoint = try Endpoint(address, allowsPlain: request.allowsPlain)
      let key = try keys.key(of: endpoint, api: api, isOnly: hosts.count == 1)
      if request.maximumCost != nil, prices?[model] == nil {
        throw JudgingError.setting(
          "\(request.prices ?? "--prices") has no price for the model '\(model)', and --max-cost needs "
            + "one")
      }
      members.append(Member(computed: nil, remote: (api, model, endpoint, key)))
      paces[endpoint.url] = paces[endpoint.url] ?? Pace(ceiling: request.concurrency)
    }
    self.members = members
    transport = try CurlTransport()
    meter = Meter(
      Meter.Limits(requests: request.maximumRequests, cost: request.maximumCost))
  }

  var asksServers: Bool { !paces.isEmpty }

  /// The judge, with `wrap` around every one that asks a server.
  func judge(
    recorder: any AttemptRecorder, wrap: (RemoteJudge, Price?) -> any Judge
  ) throws -> any Judge {
    let judges = try members.map { member in
      let judge = try member.computed ?? remote(member, recorder, wrap)
      let repeated = request.repetitions > 1 ? Repeated(judge, times: request.repetitions) : judge
      return request.asksBothOrders ? BothOrders(repeated) : repeated
    }
    return judges.count == 1 ? judges[0] : Jury(judges)
  }

  private func remote(
    _ member: Member, _ recorder: any AttemptRecorder, _ wrap: (RemoteJudge, Price?) -> any Judge
  ) throws -> any Judge {
    guard let (api, model, endpoint, key) = member.remote, let pace = paces[endpoint.url] else {
      preconditionFailure("a judge is computed or remote")
    }
    let prices = prices
    let server = JudgeServer(
      endpoint: endpoint, key: key, certificates: request.certificates,
      deadline: .seconds(request.deadline), transport: transport, pace: pace, meter: meter,
      recorder: recorder, price: { prices?[$0] })
    let judge = try RemoteJudge(
      server, api: api, model: model, template: template,
      sampling: .init(temperature: request.temperature, seed: Int(clamping: request.seed)))
    let wrapped = wrap(judge, prices?[model])
    return template.subject == .single ? ByRating(wrapped) : wrapped
  }
}
