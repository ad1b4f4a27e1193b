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
    keyVariables = request.keyVariables
    allowsPlain = request.allowsPlain
    certificates = request.certificates
    deadline = request.deadline
    concurrency = request.concurrency
    prices = request.prices
    maximumCost = request.maximumCost
    maximumRequests = request.maximumRequests
    cache = request.cache
    usesCache = request.usesCache
    stop = request.stop
  }
}
