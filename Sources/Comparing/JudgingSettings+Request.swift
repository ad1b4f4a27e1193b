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
    transport.keyVariables = request.keyVariables
    transport.allowsPlain = request.allowsPlain
    transport.certificates = request.certificates
    transport.deadline = request.deadline
    transport.concurrency = request.concurrency
    transport.prices = request.prices
    transport.maximumCost = request.maximumCost
    transport.maximumRequests = request.maximumRequests
    cache = request.cache
    usesCache = request.usesCache
    stop = request.stop
  }
}
