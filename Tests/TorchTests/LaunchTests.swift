import Testing
import Torch

/// What torchrun and srun put into the environment, as their documentation lists it.
@Suite struct LaunchTests {
  private let torchrun = [
    "RANK": "3", "LOCAL_RANK": "1", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2",
    "MASTER_ADDR": "node-0", "MASTER_PORT": "29500", "TORCHELASTIC_USE_AGENT_STORE": "True",
    "TORCHELASTIC_RESTART_COUNT": "2",
  ]

  @Test func nothingInTheEnvironmentIsOneProcess() throws {
    #expect(try Launch([:]) == .alone)
    #expect(try Launch(["WORLD_SIZE": "1", "RANK": "0"]) == .alone)
    // An allocation of Slurm is no step of it.
    #expect(try Launch(["SLURM_JOB_ID": "7", "SLURM_NTASKS": "4"]) == .alone)
  }

  @Test func torchrunServesTheStoreItselfAndNamesItsRestarts() throws {
    let launch = try Launch(torchrun)
    #expect((launch.rank, launch.count, launch.onThisMachine) == (3, 4, 2))
    #expect((launch.host, launch.port) == ("node-0", 29500))
    #expect(launch.name == "plumb/2")
    #expect(!launch.serves)
    #expect(try Launch(torchrun.merging(["RANK": "0"]) { $1 }).serves == false)
  }

  @Test func withoutAnAgentTheFirstRankServesTheStore() throws {
    var environment = torchrun
    environment["TORCHELASTIC_USE_AGENT_STORE"] = nil
    #expect(try Launch(environment).serves == false)
    #expect(try Launch(environment.merging(["RANK": "0"]) { $1 }).serves)
    // Ranks on one machine need no name of it.
    let local = try Launch(environment.merging(["MASTER_ADDR": "127.0.0.1"]) { $1 })
    #expect((launch: local.device, count: local.count) == (launch: "127.0.0.1", count: 4))
    let named = try Launch(environment.merging(["GLOO_SOCKET_IFNAME": "eth1,eth2"]) { $1 })
    #expect(named.device == "@eth1")
  }

  @Test func aStepOfSlurmSaysTheSameInItsOwnWords() throws {
    let environment = [
      "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2", "SLURM_LAUNCH_NODE_IPADDR": "10.0.0.5",
      "SLURM_JOB_ID": "1234", "SLURM_STEP_ID": "0",
    ]
    let launch = try Launch(environment)
    #expect((launch.rank, launch.count, launch.host) == (1, 2, "10.0.0.5"))
    // Two steps of a job meet at two ports.
    let other = try Launch(environment.merging(["SLURM_STEP_ID": "1"]) { $1 })
    #expect(launch.port != other.port)
    for port in [launch.port, other.port] { #expect((20_000..<40_000).contains(port)) }
  }

  @Test(
    arguments: [
      ("RANK", "4", "RANK=4 in the environment is no whole number from 0 to 3"),
      ("WORLD_SIZE", "two", "WORLD_SIZE=two in the environment is no whole number from 1 to 65536"),
      ("RANK", nil, "WORLD_SIZE=4 is in the environment and RANK is not"),
      (
        "MASTER_ADDR", nil,
        "WORLD_SIZE=4 is in the environment and MASTER_ADDR, where the ranks meet, is not"
      ),
      ("MASTER_PORT", nil, "WORLD_SIZE=4 is in the environment and MASTER_PORT is not"),
    ] as [(String, String?, String)])
  func whatCannotBeIsNamed(_ key: String, _ value: String?, _ problem: String) {
    var environment = torchrun
    environment[key] = value
    do {
      _ = try Launch(environment)
      Issue.record("no error")
    } catch {
      #expect("\(error)" == problem)
    }
  }
}
