import Foundation
import Testing

@testable import Command

/// Sends this thread a signal, which the threads of a test runner block by default.
private func send(_ number: Int32) {
  var unblocked = sigset_t()
  sigemptyset(&unblocked)
  sigaddset(&unblocked, number)
  pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
  raise(number)
}

/// Each in a process of its own, because signal handlers belong to the process.
@Suite struct SignalsTests {
  @Test func `the first signal only sets the flag`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Signals.install()
      guard Signals.interruption == nil else { exit(90) }
      send(SIGINT)
      guard Signals.interruption == .interrupted else { exit(91) }
      exit(0)
    }
    await #expect(processExitsWith: .exitCode(0)) {
      Signals.install()
      send(SIGTERM)
      exit(Signals.interruption == .terminated ? 0 : 91)
    }
  }

  @Test func `the second signal ends the process at once with its own code`() async {
    await #expect(processExitsWith: .exitCode(130)) {
      Signals.install()
      send(SIGTERM)
      send(SIGINT)
      exit(0)
    }
    await #expect(processExitsWith: .exitCode(143)) {
      Signals.install()
      send(SIGTERM)
      send(SIGTERM)
      exit(0)
    }
  }

  @Test func `a signal that the parent ignored stays ignored`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      signal(SIGHUP, SIG_IGN)
      Signals.install()
      send(SIGHUP)
      send(SIGHUP)
      exit(Signals.interruption == nil ? 0 : 91)
    }
  }

  @Test func `an interruption has the exit code a shell expects`() {
    #expect(Interruption.interrupted.exitCode.rawValue == 130)
    #expect(Interruption.terminated.exitCode.rawValue == 143)
  }
}
