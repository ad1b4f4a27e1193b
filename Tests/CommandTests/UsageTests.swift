import Testing

@testable import Command

@Suite struct UsageTests {
  private func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }

  @Test func `the help fits one screen: 60 lines of 100 columns`() {
    for text in [Usage.text] + CommandName.allCases.map(Usage.text(for:)) {
      #expect(lines(text).count <= 60)
      #expect(lines(text).allSatisfy { $0.count <= 100 })
      #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
    }
  }

  @Test func `the help names every command, common option and exit code`() {
    for name in CommandName.allCases { #expect(Usage.text.contains("\n  \(name.rawValue) ")) }
    for option in CommandOption.common { #expect(Usage.text.contains("--\(option.name)")) }
    for code in ExitCode.allCases {
      #expect(Usage.text.contains("\(code.rawValue) \(code.meaning)"))
    }
  }

  @Test func `a command's help is whole`() {
    #expect(
      Usage.text(for: .report) == """
        plumb report RUN… | RUN TABLE [options]
          write the HTML report of one or more runs, or a table as papers print it

        Reads records only; the same records give the same bytes. With --format, TABLE is exo, frontier,
        equal-kl, sweep, kl-target, reward-steps, lire, perplexity, rouge-l, irl, oracle-calls, sail, cost;
        --format list says which of them RUN can give, and why the others are not there.

        options:
          -o, --output FILE    the HTML file to write; required, but for tables, which else are printed
              --omit-texts     leave prompts and completions out of the report
              --format FORMAT  of TABLE: text, json, markdown, latex, csv; or list the tables of RUN

        options of every command:
              --json      one JSON object per line, for programs: --format json
              --quiet     no progress; results and errors only
              --no-color  no colour (as NO_COLOR=1 does)
          -h, --help      this text, or a command's
              --version   the version

        """)
  }

  @Test func `exit codes are the ones that scripts rely on`() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 75, 130, 141, 143])
  }

  @Test func `no command has two options of one name or letter`() {
    for name in CommandName.allCases {
      let options = CommandSpecification.of(name).options + CommandOption.common
      #expect(Set(options.map(\.name)).count == options.count)
      let letters = options.compactMap(\.letter)
      #expect(Set(letters).count == letters.count)
    }
  }
}
