/// How a process was started beside others: the contract of torchrun, or of srun.
public struct Launch: Equatable, Sendable {
  public var rank: Int
  public var count: Int
  /// Where the ranks meet.
  public var host: String
  public var port: Int
  /// Whether this rank serves the store that they meet at.
  public var serves: Bool
  /// An address of this machine that other ranks reach, `@` with an interface, or empty for the one that
  /// its host name stands for.
  public var device: String
  /// Of this start.
  public var name: String
  /// Ranks on this machine.
  public var onThisMachine = 1

  /// One process and nobody else.
  public static let alone = Launch(
    rank: 0, count: 1, host: "127.0.0.1", port: 0, serves: true, device: "", name: "")

  public init(
    rank: Int, count: Int, host: String, port: Int, serves: Bool, device: String, name: String
  ) {
    self.rank = rank
    self.count = count
    self.host = host
    self.port = port
    self.serves = serves
    self.device = device
    self.name = name
  }

  /// Reads what torchrun (`RANK`, `WORLD_SIZE`, `MASTER_ADDR`, `MASTER_PORT`) or a step of srun
  /// (`SLURM_PROCID`, `SLURM_STEP_NUM_TASKS`) has put into the environment.
  ///
  /// - Throws: ``LaunchError`` where a part of it is missing or cannot be.
  public init(_ environment: [String: String]) throws(LaunchError) {
    func number(_ key: String, in range: ClosedRange<Int>) throws(LaunchError) -> Int? {
      guard let text = environment[key] else { return nil }
      guard let value = Int(text), range.contains(value) else {
        throw LaunchError(
          "\(key)=\(text) in the environment is no whole number from \(range.lowerBound) to \(range.upperBound)"
        )
      }
      return value
    }
    let most = 65_536
    let isTorchrun = environment["WORLD_SIZE"] != nil
    let (rankKey, countKey) =
      isTorchrun ? ("RANK", "WORLD_SIZE") : ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS")
    guard let count = try number(countKey, in: 1...most), count > 1 else {
      self = .alone
      return
    }
    guard let rank = try number(rankKey, in: 0...(count - 1)) else {
      throw LaunchError("\(countKey)=\(count) is in the environment and \(rankKey) is not")
    }
    guard
      let host = environment["MASTER_ADDR"]
        ?? (isTorchrun ? nil : environment["SLURM_LAUNCH_NODE_IPADDR"])
    else {
      throw LaunchError(
        "\(countKey)=\(count) is in the environment and MASTER_ADDR, where the ranks meet, is not")
    }
    // Steps of one job may run at the same time, so each has a port of its own.
    let job = (try number("SLURM_JOB_ID", in: 0...Int.max) ?? 0) &* 31
    let step = try number("SLURM_STEP_ID", in: 0...Int.max) ?? 0
    guard
      let port = try number("MASTER_PORT", in: 1...65_535)
        ?? (isTorchrun ? nil : 20_000 + (job &+ step).magnitudeModulo(20_000))
    else {
      throw LaunchError("\(countKey)=\(count) is in the environment and MASTER_PORT is not")
    }
    let isLocal = ["127.0.0.1", "localhost", "::1"].contains(host)
    let interface = environment["GLOO_SOCKET_IFNAME"].flatMap {
      $0.split(separator: ",").first.map { "@\($0)" }
    }
    self.init(
      rank: rank, count: count, host: host, port: port,
      serves: rank == 0 && environment["TORCHELASTIC_USE_AGENT_STORE"] != "True",
      device: interface ?? (isLocal ? "127.0.0.1" : ""),
      name: "plumb/\(environment["TORCHELASTIC_RESTART_COUNT"] ?? "0")")
    onThisMachine = try number("LOCAL_WORLD_SIZE", in: 1...count) ?? 1
  }
}

extension Int {
  fileprivate func magnitudeModulo(_ divisor: Int) -> Int { Int(magnitude % UInt(divisor)) }
}

/// What a launcher has put into the environment and cannot be.
public struct LaunchError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
