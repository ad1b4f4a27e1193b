import Testing

@testable import Command

@Suite struct ProgressLineTests {
  /// Collects what a progress line writes, at times the test sets.
  private final class Stage {
    var written: [String] = []
    var time = ContinuousClock.now

    func line(_ style: ProgressLine.Style) -> ProgressLine {
      ProgressLine(style: style, write: { self.written.append($0) }, now: { self.time })
    }
  }

  private func update(_ step: Int, stage: String = "dpo") -> ProgressUpdate {
    ProgressUpdate(stage: stage, step: step, total: 9, metrics: [.init("loss", 0.5)])
  }

  @Test func `a line names stage, step, metrics, speed, time left and memory`() {
    let update = ProgressUpdate(
      stage: "dpo seed 1", step: 120, total: 500,
      metrics: [.init("loss", 0.64123), .init("kl", 1234.6), .init("margin", -.infinity)],
      tokensPerSecond: 831.46, remaining: .seconds(192), memory: 1_288_490_189)
    #expect(
      update.line
        == "dpo seed 1 120/500  loss 0.6412  kl 1235  margin -inf  831.5 tok/s  3:12 left  1.2 GiB"
    )
    #expect(ProgressUpdate(stage: "x\u{1B}[2J", step: 3).line == "x␛[2J 3")
  }

  @Test func `durations round up to whole seconds`() {
    #expect(ProgressUpdate.clock(.milliseconds(6200)) == "0:07")
    #expect(ProgressUpdate.clock(.seconds(7500)) == "2:05:00")
    #expect(ProgressUpdate.clock(.seconds(-3)) == "0:00")
  }

  @Test func `a terminal gets one line, written over and cut to its width`() {
    let stage = Stage()
    var progress = stage.line(.rewriting(width: 8))
    progress.show(update(1))
    stage.time += .milliseconds(50)
    progress.show(update(2))
    stage.time += .milliseconds(60)
    progress.show(update(3))
    progress.finish()
    #expect(stage.written == ["\rdpo 1/9\u{1B}[K", "\rdpo 3/9\u{1B}[K", "\n"])
  }

  @Test func `a remark clears the line that is written over`() {
    let stage = Stage()
    var progress = stage.line(.rewriting(width: 80))
    progress.show(update(1))
    progress.say("saved")
    progress.finish()
    #expect(
      stage.written == ["\rdpo 1/9  loss 0.5\u{1B}[K", "\r\u{1B}[Ksaved\n"])
  }

  @Test func `a file gets a line every few seconds, and the last one of each stage`() {
    let stage = Stage()
    var progress = stage.line(.lines(every: .seconds(5)))
    for step in 1...4 {
      progress.show(update(step))
      stage.time += .seconds(2)
    }
    progress.show(update(1, stage: "ipo"))
    progress.finish()
    #expect(
      stage.written == [
        "dpo 1/9  loss 0.5\n", "dpo 4/9  loss 0.5\n", "ipo 1/9  loss 0.5\n",
      ])
  }

  @Test func `a program gets every update as one JSON object`() {
    let stage = Stage()
    var progress = stage.line(.json)
    progress.show(
      ProgressUpdate(
        stage: "a/\"b\"", step: 1, metrics: [.init("loss", .nan), .init("kl", 0.25)],
        tokensPerSecond: 10, remaining: .milliseconds(1500), memory: 7))
    progress.show(ProgressUpdate(stage: "b", step: 2, total: 2))
    #expect(
      stage.written == [
        #"{"event":"progress","memory_bytes":7,"metrics":{"kl":0.25,"loss":null},"#
          + #""remaining_seconds":1.5,"stage":"a/\"b\"","step":1,"tokens_per_second":10}"# + "\n",
        #"{"event":"progress","stage":"b","step":2,"total":2}"# + "\n",
      ])
  }

  @Test func `quiet shows remarks only`() {
    let stage = Stage()
    var progress = stage.line(.quiet)
    progress.show(update(1))
    progress.say("note")
    progress.finish()
    #expect(stage.written == ["note\n"])
  }

  @Test func `the style follows the options, then the stream`() {
    let file = Terminal(isInteractive: false, measuredWidth: nil, environment: [:])
    let screen = Terminal(isInteractive: true, measuredWidth: 99, environment: [:])
    let style = { ProgressLine.style(for: $0, isJSON: $1, isQuiet: $2) }
    #expect(style(screen, false, false) == .rewriting(width: 99))
    #expect(style(file, false, false) == .lines(every: .seconds(5)))
    #expect(style(screen, true, false) == .json)
    #expect(style(screen, true, true) == .quiet)
  }
}
