import Foundation
import Runs
import TestSupport
import Testing

/// `plumb judge`, as a user runs it.
@Suite(.serialized) struct JudgeCommandTests {
  /// Two files about the same prompts in different orders; A is better where the number is even.
  private func withFiles(_ count: Int, _ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      var first: [[String: String]] = []
      var second: [[String: String]] = []
      for number in 0..<count {
        let prompt = "Is it so, number \(number)?"
        let (good, bad) = ("It is. quality=\(number + 2)", "It is not so. quality=\(number + 1)")
        let isEven = number % 2 == 0
        first.append(
          ["instruction": prompt, "output": isEven ? good : bad, "generator": "new"])
        second.append(
          ["instruction": prompt, "output": isEven ? bad : good, "generator": "old"])
      }
      let encoder = JSONEncoder()
      try encoder.encode(first).write(to: folder.appending(path: "a.json"))
      let lines = try second.reversed().map {
        String(decoding: try encoder.encode($0), as: UTF8.self)
      }
      try Data((lines.joined(separator: "\n") + "\n").utf8)
        .write(to: folder.appending(path: "b.jsonl"))
      try body(folder)
    }
  }

  private func judge(
    _ folder: URL, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try Program.start(
      arguments: ["judge", "a.json", "b.jsonl"] + arguments, in: folder, environment: environment)
  }

  private static let noCache = ["--no-cache", "--canaries", "0", "--recheck", "0"]

  @Test func `a computed judge needs no server, and prints the numbers`() throws {
    try withFiles(4) { folder in
      let outcome = try judge(folder, ["--judge", "longer", "--quiet"])
      #expect(outcome.code == 0 && outcome.complaint == "")
      // Bad outputs are three characters longer: B wins where the number is even.
      #expect(
        outcome.output == """
          new against old, judged by longer in both orders: 4 prompts

          win rate     50.0 % [6.8, 93.2]
                       wins 2 · ties 0 · losses 2
          to beat      if the longer won: 50.0 % [6.8, 93.2]
                       if the shorter won: 50.0 % [6.8, 93.2]
                       if a coin decided: 75.0 % [19.4, 99.4]
                       a constant text: not asked
          flips        0.0 % [0.0, 60.2] of pairs change with the order
          first place  50.0 % [19.9, 80.1] of answers prefer it; p = 1.000
          flips as     ties 50.0 % · means 50.0 % · dropped 50.0 %
          orders       prompts differ by 57.7 points, orders by 0.0: twice the prompts in one order \
          each would have 0.71 times the error
          length       20 and 20 characters; the longer one wins 100.0 % [39.8, 100.0]
                       win rate from shortest to longest: 0.0 %, 100.0 %
          canaries     not asked
          answers      8 verdict

          judgments: \(folder.path)/runs/judge-new-old-longer

          """)
    }
  }

  @Test
  func `judging stops once it is decided, and every command shows the interval that allows it`()
    throws
  {
    try withFiles(60) { folder in
      // One side is longer in all of sixty prompts, and it shows before the last.
      let rows = (0..<60).map { ["instruction": "p\($0)", "output": "a long output"] }
      let others = (0..<60).map { ["instruction": "p\($0)", "output": "short"] }
      let encoder = JSONEncoder()
      try encoder.encode(rows).write(to: folder.appending(path: "long.json"))
      try encoder.encode(others).write(to: folder.appending(path: "short.json"))
      func run(_ arguments: String...) throws -> Program.Outcome {
        try Program.start(arguments: arguments, in: folder)
      }
      let judging = [
        "judge", "long.json", "short.json", "--judge", "longer", "--stop-when", "decided", "-o",
        "out",
      ]
      let outcome = try Program.start(arguments: judging, in: folder)
      #expect(outcome.code == 0, "\(outcome.complaint)")
      let line = try #require(
        outcome.output.split(separator: "\n").first { $0.hasPrefix("win rate") })
      let interval = try #require(line.range(of: "[")).lowerBound
      let shown = String(line[interval...])
      #expect(outcome.output.contains(" of 60 prompts, then decided: above 50 %"))
      for other in [try run("judge", "--import", "out"), try run("leaderboard", "out")] {
        #expect(other.code == 0 && other.output.contains(shown), "\(other.output)")
      }
      // The same command finds the same; another rule is another judging.
      #expect(try Program.start(arguments: judging, in: folder).output == outcome.output)
      let changed = try Program.start(arguments: judging + ["--margin", "0.1"], in: folder)
      #expect(changed.code == 2 || changed.code == 3, "\(changed.complaint)")
      #expect(changed.complaint.contains("other --margin"))
      let strengths = try run("leaderboard", "out", "--bradley-terry")
      #expect(strengths.code == 3 && strengths.complaint.contains("overstates strengths"))
      let exported = try Program.start(
        arguments: judging.dropLast() + ["other", "--export", "csv"], in: folder)
      #expect(exported.code == 1 && exported.complaint.contains("nothing is exported"))
      let lone = try run("judge", "long.json", "short.json", "--judge", "longer", "--margin", "0.1")
      #expect(lone.code == 2 && lone.complaint.contains("--stop-when decided"))
    }
  }

  @Test func `a server is asked in both orders, with canaries, and its numbers are exported`()
    throws
  {
    try withFiles(20) { folder in
      try HostileServer.run(folder) { server in
        let arguments = [
          "--judge", server.judge("ok"), "-o", "out", "--cache", "cache.sqlite", "--json",
          "--export", "alpaca-eval", "--export", "arena-hard", "--export", "mt-bench",
          "--export", "csv", "--export", "jsonl",
        ]
        let outcome = try judge(folder, arguments)
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("\"count\":20,\"high\":"))
        #expect(outcome.output.contains("\"wins\":10"))
        // 20 prompts and five kinds of canary on 16 of them, in both orders; the baseline against
        // itself is the same question in both.
        #expect(try server.events("request").count == 2 * (20 + 5 * 16) + 16)
        let out = folder.appending(path: "out")
        let names = [
          "judge.json", "ledger.jsonl", "judgments.jsonl", "summary.json", "spending.json",
          "annotations.json", "arena-hard.jsonl", "mt-bench.jsonl", "comparisons.csv",
          "comparisons.jsonl",
        ]
        let before = try names.map { try Data(contentsOf: out.appending(path: $0)) }
        let table = String(decoding: before[8], as: UTF8.self)
        #expect(
          table.hasPrefix(
            "id,model_a,model_b,judge,state,preference,length_a,length_b\n"
              + "1,new,old,mock,verdict,1.0,16,23\n2,new,old,mock,verdict,0.0,23,16\n"))
        let arena = String(decoding: before[6], as: UTF8.self).split(separator: "\n")[0]
        #expect(arena.contains("\"score\": \"B>A\"") && arena.contains("\"score\": \"A>B\""))
        let bench = String(decoding: before[7], as: UTF8.self).split(separator: "\n")[0]
        #expect(
          bench.contains("\"g1_winner\": \"model_1\", \"g2_winner\": \"model_1\""))
        #expect(String(decoding: before[5], as: UTF8.self).contains("\"preference\": 2.0"))
        // The same again asks nobody and changes nothing.
        #expect(try judge(folder, arguments).code == 0)
        #expect(try names.map { try Data(contentsOf: out.appending(path: $0)) } == before)
        // Another folder finds the answers in the shared file.
        let other = try judge(
          folder, ["--judge", server.judge("ok"), "-o", "other", "--cache", "cache.sqlite"])
        #expect(other.code == 0)
        #expect(other.output.contains("requests     0 sent; 216 remembered"))
        #expect(
          try Data(contentsOf: folder.appending(path: "other/judgments.jsonl")) == before[2])
        #expect(try server.events("request").count == 216)
      }
    }
  }

  @Test func `judgments hold hashes, and texts beside them unless they are left out`() throws {
    try withFiles(4) { folder in
      let arguments = ["--judge", "longer", "-o", "out", "--report", "page.html"]
      #expect(try judge(folder, arguments).code == 0)
      func read(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      let hash = SHA256.hex(of: "It is. quality=2")
      let texts = try read("out/texts.jsonl")
      #expect(texts.contains("{\"sha256\":\"\(hash)\",\"text\":\"It is. quality=2\"}\n"))
      // Four prompts and eight answers, each once.
      #expect(texts.split(separator: "\n").count == 12)
      let judgments = try read("out/judgments.jsonl")
      #expect(judgments.contains("\"answers_sha256\":[\"\(hash)\","))
      #expect(try read("page.html").contains("<p>It is. quality=2</p>"))
      #expect(try judge(folder, arguments + ["--omit-texts"]).code == 0)
      #expect(
        !FileManager.default.fileExists(atPath: folder.appending(path: "out/texts.jsonl").path))
      #expect(try read("out/judgments.jsonl") == judgments)
      let page = try read("page.html")
      #expect(page.contains(hash) && !page.contains("quality=2"))
    }
  }

  @Test func `killed at any moment it goes on, loses nothing and counts what may be billed twice`()
    throws
  {
    try withFiles(300) { folder in
      try HostileServer.run(folder) { server in
        let arguments =
          [
            "judge", "a.json", "b.jsonl", "--judge", server.judge("late"), "-o", "out", "-j", "16",
          ] + Self.noCache
        for delay in [0.3, 0.6, 0.9] {
          let process = Process()
          process.executableURL = Program.plumb
          process.arguments = arguments
          process.currentDirectoryURL = folder
          process.standardOutput = FileHandle.nullDevice
          process.standardError = FileHandle.nullDevice
          try process.run()
          Thread.sleep(forTimeInterval: delay)
          kill(process.processIdentifier, SIGKILL)
          process.waitUntilExit()
        }
        let last = try Program.start(arguments: arguments, in: folder)
        #expect(last.code == 0)
        #expect(last.output.contains("answers      600 verdict"))
        #expect(last.output.contains("wins 150 · ties 0 · losses 150"))
        let requests = try server.events("request").count
        let text = try String(
          contentsOf: folder.appending(path: "out/spending.json"), encoding: .utf8)
        struct Spent: Decodable { var maybeBilledTwice: Int }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let spent = try decoder.decode(Spent.self, from: Data(text.utf8)).maybeBilledTwice
        print(
          "killed three times: \(requests - 600) extra requests, \(spent) told")
        // What was written down but had not left is told too: never fewer, at most 16 for each kill.
        #expect(requests - 600 <= spent && spent <= 48)
        let lines = try String(
          contentsOf: folder.appending(path: "out/judgments.jsonl"), encoding: .utf8)
        #expect(Set(lines.split(separator: "\n")).count == 300)
      }
    }
  }

  @Test func `a proxy sees neither key nor question, and loopback does not go through it`() throws {
    try withFiles(1) { folder in
      try HostileServer.run(folder, tls: true) { server in
        let proxy = "http://127.0.0.1:\(server.ports["proxy"] ?? 0)"
        let environment = [
          "https_proxy": proxy, "HTTPS_PROXY": proxy, "http_proxy": proxy, "ALL_PROXY": proxy,
          "all_proxy": proxy, "no_proxy": "", "NO_PROXY": "", "MY_KEY": "sk-0123456789abcdef",
        ]
        func ask(_ address: String, _ more: String...) throws -> Program.Outcome {
          try judge(
            folder,
            [
              "--judge", "chat:mock@\(address)/ok/v1", "--api-key-env", "MY_KEY", "-o",
              UUID().uuidString, "--timeout", "2", "--swap", "none", "--quiet",
            ] + Self.noCache + more, environment: environment)
        }
        for (host, trusted) in [
          ("middle.example", "good.pem"), ("middle.example", "wrong.pem"),
          ("refused.example", "good.pem"), ("garbage.example", "good.pem"),
          ("huge.example", "good.pem"),
        ] {
          let outcome = try ask("https://\(host)", "--ca-file", trusted)
          #expect([4, 75].contains(outcome.code), "\(host): \(outcome.complaint)")
          #expect(outcome.output.contains("1 failed") || outcome.code == 4, "\(host)")
        }
        let seen = try server.events("proxied")
        #expect(seen.count >= 5 && seen.allSatisfy { $0.keyed == false })
        #expect(try server.events("opened").allSatisfy { $0.keyed == false })
        // A host that is trusted by name and certificate would have been asked through it.
        let direct = try ask("http://127.0.0.1:\(server.port)")
        #expect(direct.code == 0, "\(direct.complaint)")
        let good = try ask(
          "https://127.0.0.1:\(server.ports["good"] ?? 0)", "--ca-file", "good.pem")
        #expect(good.code == 0, "\(good.complaint)")
        #expect(try server.events("proxied").count == seen.count)
        #expect(try server.events("request").count == 2)
      }
    }
  }

  @Test func `no answer is so large that it fills the memory`() throws {
    try withFiles(16) { folder in
      try HostileServer.run(folder) { server in
        /// Peak memory in MB.
        func peak(_ mode: String) throws -> Double {
          let process = Process()
          process.executableURL = Program.plumb
          process.arguments =
            [
              "judge", "a.json", "b.jsonl", "--judge", server.judge(mode), "-o", mode, "-j", "8",
              "--swap", "none", "--quiet", "--timeout", "20",
            ] + Self.noCache
          process.currentDirectoryURL = folder
          process.standardOutput = FileHandle.nullDevice
          process.standardError = FileHandle.nullDevice
          try process.run()
          var peak = 0.0
          while process.isRunning {
            let path = "/proc/\(process.processIdentifier)/status"
            let status = FileManager.default.contents(atPath: path) ?? Data()
            let line = String(decoding: status, as: UTF8.self).split(separator: "\n")
              .first { $0.hasPrefix("VmHWM") }
            peak = max(peak, Double(line?.split(separator: " ")[1] ?? "0") ?? 0)
            Thread.sleep(forTimeInterval: 0.002)
          }
          return peak / 1000
        }
        let usual = try peak("ok")
        #expect(usual > 1)
        for mode in ["huge", "endless", "headers", "bomb"] {
          let worst = try peak(mode)
          print("\(mode): \(worst) MB at most, \(usual) MB with a good server")
          // 8 MB for each request at once.
          #expect(worst <= usual + 64, "\(mode)")
        }
      }
    }
  }

  @Test func `a key is nowhere, whatever fails`() throws {
    let key = "sk-plumb-CANARY-7f3a9c51e0b24d68"
    try withFiles(6) { folder in
      try HostileServer.run(folder) { server in
        for mode in [
          "status-401", "status-403", "status-400", "once-500", "echo", "drop", "garbage-1",
        ] {
          let outcome = try judge(
            folder,
            [
              "--judge", server.judge(mode), "--api-key-env", "MY_KEY", "-o", mode, "--cache",
              "cache.sqlite", "--timeout", "5", "--canaries", "0", "--export", "jsonl",
            ],
            environment: ["MY_KEY": key])
          // It ends well, with questions that failed, or with a judge that cannot be asked.
          let expected: Int32 =
            ["once-500", "echo"].contains(mode)
            ? 0 : ["status-400", "garbage-1"].contains(mode) ? 75 : 4
          #expect(outcome.code == expected, "\(mode): \(outcome.complaint)")
          #expect(Self.traces(of: key, in: Data((outcome.output + outcome.complaint).utf8)).isEmpty)
        }
        // Killed in the middle, with what it was writing half written.
        let killed = Process()
        killed.executableURL = Program.plumb
        killed.arguments = [
          "judge", "a.json", "b.jsonl", "--judge", server.judge("slowbody"), "--api-key-env",
          "MY_KEY", "-o", "killed", "--cache", "cache.sqlite", "--canaries", "0",
        ]
        killed.currentDirectoryURL = folder
        killed.environment = ProcessInfo.processInfo.environment.merging(["MY_KEY": key]) { $1 }
        killed.standardOutput = FileHandle.nullDevice
        killed.standardError = FileHandle.nullDevice
        try killed.run()
        Thread.sleep(forTimeInterval: 1)
        let line = FileManager.default.contents(
          atPath: "/proc/\(killed.processIdentifier)/cmdline")
        #expect((line?.count ?? 0) > 100 && Self.traces(of: key, in: line ?? Data()).isEmpty)
        kill(killed.processIdentifier, SIGKILL)
        killed.waitUntilExit()
        // What was judged is read again, and exported.
        let again = try Program.start("judge", "--import", "echo", "once-500", "--json", in: folder)
        #expect(again.code == 0 && Self.traces(of: key, in: Data(again.output.utf8)).isEmpty)
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        #expect(files.contains("killed/ledger.jsonl"))
        #expect(files.contains("cache.sqlite") && files.count > 30)
        for file in files {
          guard let data = FileManager.default.contents(atPath: folder.appending(path: file).path)
          else { continue }
          #expect(Self.traces(of: key, in: data) == [], "\(file)")
        }
        // The search finds what it looks for.
        let all = [key, String(key.reversed()), Data(key.utf8).base64EncodedString()]
        for form in all { #expect(!Self.traces(of: key, in: Data("x\(form)y".utf8)).isEmpty) }
      }
    }
  }

  /// The forms of a key that occur in data: plain, reversed, hexadecimal, base64, either end.
  private static func traces(of key: String, in data: Data) -> [String] {
    let hexadecimal = key.utf8.map { String($0, radix: 16) }.joined()
    let encoded = (0..<3).map { shift in
      String(
        (Data(repeating: 0x20, count: shift) + Data(key.utf8)).base64EncodedString()
          .dropFirst(shift == 0 ? 0 : shift + 1).dropLast(4))
    }
    let forms = [
      key, String(key.reversed()), hexadecimal, String(key.prefix(12)), String(key.suffix(8)),
    ]
    return (forms + encoded).filter { data.range(of: Data($0.utf8)) != nil }
  }

  @Test func `limits, gates and rehearsals have exit codes of their own`() throws {
    try withFiles(10) { folder in
      try HostileServer.run(folder) { server in
        let asked = ["--judge", server.judge("ok"), "--quiet"] + Self.noCache
        let limited = try judge(folder, asked + ["-o", "limited", "--max-requests", "7"])
        #expect(limited.code == 4)
        #expect(
          limited.complaint
            == "plumb: stopped at --max-requests 7; the same command with a higher limit goes on from here\n"
        )
        #expect(limited.output.contains("requests     7 sent"))
        #expect(try judge(folder, asked + ["-o", "limited"]).code == 0)
        #expect(try server.events("request").count == 20)
        #expect(try judge(folder, asked + ["-o", "gate", "--fail-under", "0.5"]).code == 0)
        let gate = try judge(folder, asked + ["-o", "gate", "--fail-under", "0.6"])
        #expect(gate.code == 1)
        let changed = try judge(folder, asked + ["-o", "gate", "--limit", "5"])
        #expect(changed.code == 3)
        #expect(
          changed.complaint
            == "plumb: \(folder.path)/gate: was begun with other --limit; choose another folder with "
            + "--output, or use what it was begun with\n")
        try Data("date: 2026-11-01\nprices:\n  mock: {input: 2, output: 10}\n".utf8)
          .write(to: folder.appending(path: "prices.yaml"))
        let before = try server.events("request").count
        let rehearsal = try judge(
          folder, asked + ["--dry-run", "--prices", "prices.yaml", "-o", "dry"])
        #expect(rehearsal.code == 0)
        #expect(rehearsal.output.hasPrefix("10 comparisons, 20 requests to send\ninput tokens   "))
        #expect(rehearsal.output.contains("\noutput tokens  20 to 40,960\ncost           $"))
        #expect(rehearsal.output.hasSuffix("\nNothing was sent.\n"))
        #expect(try server.events("request").count == before)
        #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "dry").path))
      }
    }
  }

  @Test func `mistakes are one line, and show no key`() throws {
    try withFiles(2) { folder in
      try Data("[{\"instruction\": \"x\", \"output\": 3}]".utf8)
        .write(to: folder.appending(path: "wrong.json"))
      for (arguments, code, message) in [
        (
          ["a.json", "b.jsonl"], 2, "plumb judge wants --judge JUDGE; plumb judge --help says more"
        ),
        (
          ["a.json", "b.jsonl", "--judge", "longer", "--template", "x"], 2,
          "no template is called 'x'; there are summary, dialogue, instruction, five-level, score, "
            + "rubric, label, checklist, conversation, and files, written with a slash: ./x.md"
        ),
        (
          ["a.json", "wrong.json", "--judge", "longer"], 3,
          "wrong.json:1:33 output — is a number — it must be a text"
        ),
        (
          ["a.json", "none.json", "--judge", "longer"], 3, "none.json: no such file; check the path"
        ),
        (
          ["a.json", "b.jsonl", "--judge", "chat:m@http://u:sk-12345678@h/v1"], 2,
          "the address of h holds a user or password; put the key into an environment variable and "
            + "name it with --api-key-env"
        ),
        (
          [
            "a.json", "b.jsonl", "--judge", "chat:m@http://localhost:1/v1", "--api-key-env",
            "sk-proj-12345678",
          ], 2,
          "--api-key-env wants the name of an environment variable, not the key itself"
        ),
        (
          ["a.json", "b.jsonl", "--judge", "chat:m@http://localhost:1/v1", "--max-cost", "1"], 2,
          "plumb judge wants --prices FILE beside --max-cost; plumb judge --help says more"
        ),
      ] {
        let outcome = try Program.start(arguments: ["judge"] + arguments, in: folder)
        #expect(outcome.code == Int32(code) && outcome.output == "")
        #expect(outcome.complaint == "plumb: \(message)\n")
      }
    }
  }

  @Test func `a judge that prefers nothing to something is not quoted`() throws {
    try withFiles(20) { folder in
      try HostileServer.run(folder) { server in
        // It prefers whatever it sees first where no quality is written: canaries have none.
        try Data(
          (0..<20).map { "{\"instruction\": \"p\($0)\", \"output\": \"quality=1\"}\n" }.joined()
            .utf8
        ).write(to: folder.appending(path: "a.json"))
        try Data(
          (0..<20).map { "{\"instruction\": \"p\($0)\", \"output\": \"none\"}\n" }.joined().utf8
        ).write(to: folder.appending(path: "b.jsonl"))
        let outcome = try judge(
          folder, ["--judge", server.judge("ok"), "--no-cache", "--swap", "none", "--strict"])
        #expect(outcome.code == 1)
        #expect(
          outcome.output.contains("win rate  not shown: the judge prefers canaries (empty, "))
        #expect(!outcome.output.contains("wins 20"))
        let folders = ["runs/judge-a-b-chat-mock"]
        for command in [["judge", "--import"], ["leaderboard"]] {
          let text = try Program.start(arguments: command + folders, in: folder)
          #expect(text.code == 0, "\(text.complaint)")
          #expect(text.output.contains("prefers canaries (empty, "), "\(text.output)")
          #expect(text.output.contains("✗") && !text.output.contains("%  ["), "\(text.output)")
          let lines = try Program.start(arguments: command + folders + ["--json"], in: folder)
          #expect(lines.output.contains("\"fooled_by\":[\"empty\","), "\(lines.output)")
          #expect(!lines.output.contains("\"win_rate\""), "\(lines.output)")
        }
        let record = try String(
          contentsOf: folder.appending(path: "runs/judge-a-b-chat-mock/summary.json"),
          encoding: .utf8)
        #expect(!record.contains("\"ties\"") && !record.contains("\"result\""))
        #expect(outcome.output.contains("preferred: empty 16 of 16, "), "\(outcome.output)")
        #expect(!outcome.output.contains("the longer one wins"))
        // Both orders show the other place's wins; quiet ones hear that there is no file.
        let both = try judge(
          folder,
          ["--judge", server.judge("ok"), "--no-cache", "--quiet", "-o", "both", "--export", "csv"])
        #expect(both.code == 0 && both.complaint == "", "\(both.complaint)")
        let quiet = try judge(
          folder,
          [
            "--judge", server.judge("ok"), "--no-cache", "--swap", "none", "--quiet", "-o", "one",
            "--export", "csv",
          ])
        #expect(
          quiet.complaint
            == "plumb: nothing is exported: canaries won too often, and no other format can say so\n"
        )
        #expect(quiet.code == 1)
        #expect(
          !FileManager.default.fileExists(
            atPath: folder.appending(path: "one/comparisons.csv").path))
      }
    }
  }
}
