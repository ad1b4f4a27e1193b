import Command
import Judging

extension JudgingSettings {
  /// The part of a command line that says who judges and how.
  init(_ request: JudgeRequest) {
    self.init(judges: request.judges)
    template = request.template
    asksBothOrders = request.asksBothOrders
    repetitions = request.repetitions
    canaries = request.canaries
    seed = request.seed
    temperature = request.temperature
    dialect = Dialect(
      omitting: request.omitted.compactMap(Dialect.Part.init),
      lengthKey: request.lengthKey.flatMap(Dialect.LengthKey.init),
      topLogprobs: request.topLogprobs)
    transport = TransportSettings(request.transport)
    cache = request.cache
    usesCache = request.usesCache
    stop = request.stop
  }
}

extension TransportSettings {
  /// As a command line has it; what it does not say is as usual.
  public init(_ options: TransportOptions) {
    self.init()
    keyVariables = options.keyVariables
    allowsPlain = options.allowsPlain
    certificates = options.certificates
    deadline = options.deadline ?? deadline
    concurrency = options.concurrency ?? concurrency
    prices = options.prices
    maximumCost = options.maximumCost
    maximumRequests = options.maximumRequests
  }
}
