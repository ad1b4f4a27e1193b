import Runs
import Testing

@testable import Command

@Suite struct RunPlaceTests {
  private func place(_ left: RunPace.Left?, isAtMost: Bool = false) -> RunPlace {
    RunPlace(stage: 3, stages: 7, isAtMost: isAtMost, left: left)
  }

  @Test func `what is left is said, or that nobody knows`() {
    #expect(place(.init(seconds: 759.5)).words == "stage 3 of 7, about 12:40 left")
    #expect(place(nil).words == "stage 3 of 7, time left unknown")
    #expect(
      place(.init(seconds: 7500), isAtMost: true).words
        == "stage 3 of at most 7, about 2:05:00 left")
    #expect(
      place(.init(seconds: 60, uncounted: ["judging"])).words
        == "stage 3 of 7, about 1:00 left without judging")
    #expect(
      place(.init(seconds: 60, uncounted: ["a", "b", "c"])).words
        == "stage 3 of 7, about 1:00 left without 3 stages")
  }

  @Test func `in a run the line begins with what matters most`() {
    let update = ProgressUpdate(
      stage: "dpo seed 1", step: 120, total: 500, metrics: [.init("loss", 0.64123)],
      tokensPerSecond: 831.46, remaining: .seconds(192), memory: 1_288_490_189,
      run: place(.init(seconds: 760)))
    #expect(
      update.line
        == "stage 3 of 7, about 12:40 left, 1.2 GiB  dpo seed 1 120/500  loss 0.6412  831.5 tok/s")
  }

  @Test func `programs get the place beside what they got before`() {
    var written: [String] = []
    var line = ProgressLine(style: .json, write: { written.append($0) })
    line.show(
      ProgressUpdate(
        stage: "judge", step: 1, total: 2, remaining: .seconds(3),
        run: place(.init(seconds: 9))))
    line.show(ProgressUpdate(stage: "judge", step: 2, total: 2, run: place(nil)))
    #expect(
      written == [
        #"{"event":"progress","remaining_seconds":3,"run_remaining_seconds":9,"run_stage":3,"#
          + #""run_stages":7,"stage":"judge","step":1,"total":2}"# + "\n",
        #"{"event":"progress","run_stage":3,"run_stages":7,"stage":"judge","step":2,"total":2}"#
          + "\n",
      ])
  }

  @Test func `a block is written over where it stands, and shortened`() {
    var written: [String] = []
    var block = ScreenBlock(width: 6, write: { written.append($0) })
    block.show(["a\u{1B}[2Jbcdefg", "x"])
    block.show(["b"])
    #expect(
      written == [
        "\ra␛[2J\u{1B}[K\nx\u{1B}[K\n\u{1B}[J", "\u{1B}[2A\rb\u{1B}[K\n\u{1B}[J",
      ])
  }
}
