/// What a command is called, takes and does: the law for both the parser and the help.
struct CommandSpecification: Sendable {
  let name: CommandName
  /// As the help prints them: `RECIPE`, `[RECIPE]`, `RUN…`.
  let operands: String
  /// The least and greatest number of operands.
  let operandCount: ClosedRange<Int>
  let options: [CommandOption]
  /// One line for the list of commands.
  let summary: String
  /// A few lines for the command's own help.
  let details: [String]

  /// `plumb run [RECIPE] [options]`.
  var synopsis: String {
    ["plumb", name.rawValue, operands, "[options]"].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// With the option that every command has in its own words.
  static func of(_ name: CommandName) -> CommandSpecification {
    let own = described(name)
    return CommandSpecification(
      name: name, operands: own.operands, operandCount: own.operandCount,
      options: own.options + [.format(of: name)], summary: own.summary, details: own.details)
  }

  private static func described(_ name: CommandName) -> CommandSpecification {
    switch name {
    case .run:
      CommandSpecification(
        name: name, operands: "[RECIPE]", operandCount: 0...1,
        options: [.output, .redo, .reuse, .agreed, .only, .seedAlone, .set, .live],
        summary: "train, evaluate and report what a recipe describes",
        details: [
          "Without a recipe: the embedded demonstration, a small model on text that Plumb makes",
          "itself, with an exactly known reward. A run that was stopped goes on where it was.",
          "--redo makes a stage and all that depends on it anew; --reuse takes over what another run made",
          "from the same settings, data, seed and versions. Both say first what goes, what stays, why, and",
          "what it costs; with --redo a person is asked, and the old results are kept until the new stand.",
          "With --only one stage is trained and no more: several processes may work in one run. STAGE",
          "selection is everything up to the choice of an evaluation's selection. --live gives the report",
          "while the run is on to browsers of this machine; without PORT at any port that is free.",
        ])
    case .train:
      CommandSpecification(
        name: name, operands: "RECIPE", operandCount: 1...1, options: [.output, .set],
        summary: "only the training stages of a recipe", details: [])
    case .watch:
      CommandSpecification(
        name: name, operands: "RUN", operandCount: 1...1, options: [],
        summary: "follow a run from another terminal",
        details: [
          "Shows what is worked on, how it goes and what is left, until the run ends. Where no process works",
          "on a run that is not finished it says what to type, and ends with 1.",
        ])
    case .evaluate:
      CommandSpecification(
        name: name, operands: "RUN | A B…", operandCount: 1...64, options: CommandOption.evaluating,
        summary: "measure the checkpoints of a run, or any models on a file of prompts",
        details: [
          "RUN is the folder that plumb run or plumb train wrote. With --prompts, A and B are models:",
          "folders, names in the Hugging Face cache, stages of runs (RUN/STAGE), or, but for the first,",
          "policies in servers (server:MODEL@URL); the first is the reference. What ranks them is",
          "--reward, --judge, both, or neither: then divergence, length and diversity are measured.",
          "The recipe for it goes into the new run.",
        ])
    case .exam:
      CommandSpecification(
        name: name, operands: "A B…", operandCount: 1...64, options: CommandOption.examining,
        summary: "have models sit examinations, each compared with the first",
        details: [
          "A and B are models as for plumb evaluate, or reward models for preferences. TASK is NAME=FILE;",
          "a NAME that begins with arc, mmlu, hellaswag, truthfulqa-mc1, truthfulqa-mc2, gsm8k,",
          "reward-bench, reward-bench-2, rm-bench or perplexity says what FILE holds, any other",
          "name leaves that to its columns. FILE is of the public layout: JSON Lines, CSV or Parquet, a",
          "pattern, a folder of tables, or a data set in the Hugging Face cache.",
          "Every answer is kept below the folder; a sitting that was stopped goes on.",
        ])
    case .judge:
      CommandSpecification(
        name: name, operands: "A B…", operandCount: 1...256, options: CommandOption.judging,
        summary: "how often the outputs of file A are preferred to those of file B",
        details: [
          "A and B are JSON lists or JSON Lines of {instruction, output}, about "
            + "the same prompts, or",
          "RUN/POLICY: what a policy of a run wrote; a RUN of one policy meets "
            + "its reference. Of three and",
          "more opponents are chosen until their order is known. JUDGE is KIND, "
            + "KIND:MODEL or KIND:MODEL@URL:",
          "chat, completions or anthropic (a server; without URL the public "
            + "service), longer, shorter,",
          "rouge-l, first (computed), model:FOLDER or reward:FOLDER (run here). Several are a jury.",
          "--import FILE… reads annotators' answers and judgments of Plumb, AlpacaEval, Arena-Hard, MT-bench.",
        ])
    case .annotate:
      CommandSpecification(
        name: name, operands: "A B… | RUN", operandCount: 1...16,
        options: [.page, .reference, .limit, .seed, .matchUps, .criteria],
        summary: "write a page on which people compare the outputs of files, blindly",
        details: [
          "Files as for plumb judge. The page is one file that works without a network; it saves a file",
          "for each annotator, which plumb judge --import reads together with the page's key.",
          "With --limit N, N prompts are drawn with --seed; the seed also decides what stands where.",
        ])
    case .calibrate:
      CommandSpecification(
        name: name, operands: "JUDGED…", operandCount: 1...64,
        options: [.humanLabels, .calibrationFile, .requireAgreement, .require],
        summary: "hold a judge against people, and keep what corrects its win rates",
        details: [
          "JUDGED is a folder of plumb judge, or a judged RUN, all by one judge. FILE holds people's",
          "judgments of some of the same comparisons: what a page of plumb annotate saved, with the",
          "page's key as another --human, or any file that plumb judge --import reads. The labelled",
          "comparisons must have been drawn at random. plumb judge --calibration takes the result.",
        ])
    case .compare:
      CommandSpecification(
        name: name, operands: "RUN…", operandCount: 1...64, options: [.requireOfMethods],
        summary: "rank the policies of finished runs, with significance",
        details: [
          "Reads records only; needs no model.",
          "--require takes 'A: reward > X', 'A - B: difference > X' and 'A - B: win_rate > X'.",
        ])
    case .diff:
      CommandSpecification(
        name: name, operands: "A B", operandCount: 2...2, options: [],
        summary: "what differs between two runs: settings, data, versions, numbers",
        details: [
          "Reads records only. Numbers are those of final checkpoints that both runs measured; plumb",
          "compare tests their differences.",
        ])
    case .report:
      CommandSpecification(
        name: name, operands: "RUN… | RUN TABLE", operandCount: 1...64,
        options: [.reportFile, .omitTexts],
        summary: "write the HTML report of one or more runs, or a table as papers print it",
        details: [
          "Reads records only; the same records give the same bytes. With --format, TABLE is exo, frontier,",
          "equal-kl, sweep, kl-target, reward-steps, lire, perplexity, rouge-l, irl, oracle-calls, sail, cost;",
          "--format list says which of them RUN can give, and why the others are not there.",
        ])
    case .capsule:
      CommandSpecification(
        name: name, operands: "RUN", operandCount: 1...1,
        options: [.capsuleFile, .omitCapsuleTexts],
        summary: "put a run's records into one file that anyone can check",
        details: [
          "Recipe, records, hashes, versions, samples and judgments, and no weights. The same run gives",
          "the same bytes; paths of this machine are taken out. It is a plain tar archive.",
        ])
    case .verify:
      CommandSpecification(
        name: name, operands: "FILE | RUN", operandCount: 1...1, options: [.verifiedRun],
        summary: "check a capsule or a run: its records, its numbers, its bytes",
        details: [
          "records: every file is as it was written. numbers: every number of the evaluation, of judges",
          "and of the report follows from the records. bytes: where checkpoints are at hand and the",
          "machine computes as the run's did, one training step from each checkpoint and a chunk of",
          "samples with their rewards are made again. What was changed is named, file and place.",
        ])
    case .export:
      CommandSpecification(
        name: name, operands: "RUN [STAGE]", operandCount: 1...2,
        options: [.exportFolder, .seedOfTraining, .step, .storedType, .shardSize],
        summary: "make a folder of a trained model that opens everywhere",
        details: [
          "It holds the model, its tokenizer and a model card, and nothing that only training needs.",
          "Without STAGE the last language model of the run is taken; RUN may be a stage's folder.",
          "best is the checkpoint of the greatest win rate against the reference in the evaluation.",
          "An adapter becomes part of its base model, as plumb merge does it.",
        ])
    case .merge:
      CommandSpecification(
        name: name, operands: "ADAPTER", operandCount: 1...1,
        options: [.exportFolder, .storedType],
        summary: "make a whole model of an adapter and its base model",
        details: [
          "ADAPTER is a folder of PEFT's or Plumb's, or a stage's or run's that trained one. What the",
          "merged model says is compared with what the adapter's does before anything is written.",
        ])
    case .logs:
      CommandSpecification(
        name: name, operands: "RUN", operandCount: 1...1, options: [.logFolder],
        summary: "write what training reported for TensorBoard, trackio or as tables",
        details: [
          "Reads the run's steps.jsonl, also while it trains; the same command adds what is new.",
          "Metrics have TRL's names; TensorBoard and trackio file them under train/ and eval/.",
        ])
    case .sample:
      CommandSpecification(
        name: name, operands: "MODEL [STAGE]", operandCount: 1...2,
        options: [
          .prompt, .promptFile, .chat, .system, .samples, .temperature, .topK, .topP,
          .maximumTokens, .seed, .chatTemplate,
        ] + CommandOption.ofServers + CommandOption.ofTransport,
        summary: "look at what a checkpoint says",
        details: [
          "MODEL is a Hugging Face folder, one of Plumb's or any other, a name in the cache of",
          "its hub, or a run or a stage's folder, of which the last checkpoint is taken; or",
          "server:MODEL@URL, a policy in a server, beside --tokenizer or --checkpoint.",
          "With --chat each line of standard input is a user's turn; /reset begins again, /quit ends.",
        ])
    case .check:
      CommandSpecification(
        name: name, operands: "RECIPE", operandCount: 1...1, options: [.set],
        summary: "validate a recipe and say what it will cost; nothing runs",
        details: ["With --json every setting comes first, and the line that it comes from."])
    case .plan:
      CommandSpecification(
        name: name, operands: "RECIPE", operandCount: 1...1,
        options: [.output, .set],
        summary: "what a run still has to train, and a schedule of it for several processes",
        details: [
          "With --format make it is a Makefile (make -j4 -f FILE), with snakemake a Snakefile, with slurm",
          "a script of sbatch calls: every training is a job by itself, and the last is plumb run. What",
          "they leave is what one plumb run leaves with as many threads.",
        ])
    case .data:
      CommandSpecification(
        name: name, operands: "RECIPE", operandCount: 1...1, options: [.rows, .set],
        summary: "show the rows of a recipe's data: lengths, duplicates, what is wrong",
        details: [
          "Reads the recipe's data section alone. Lengths are counted in tokens too where a",
          "tokenizer is there: in runs/<name>, or in a folder that the recipe names.",
        ])
    case .model:
      CommandSpecification(
        name: name, operands: "DIRECTORY", operandCount: 1...1, options: [],
        summary: "what a checkpoint holds and how much memory it needs", details: [])
    case .doctor:
      CommandSpecification(
        name: name, operands: "", operandCount: 0...0, options: [],
        summary: "what is installed, which devices there are, what is missing", details: [])
    case .leaderboard:
      CommandSpecification(
        name: name, operands: "FILE…", operandCount: 1...256,
        options: [.boardJudge, .difficulty, .anchor, .style, .answers, .bradleyTerry],
        summary: "rank models from files of judgments or results, with intervals and ranks",
        details: [
          "FILE holds judgments against a baseline: annotations of AlpacaEval, judgments of Arena-Hard,",
          "pairs of MT-bench, judgments.jsonl of plumb judge, or a RUN that was judged.",
          "Length-controlled win rates take all",
          "instructions for equally difficult unless --difficulty is given; with --anchor three times",
          "(the baseline's answers, its concise and its verbose ones) the fit is that of AlpacaEval 2.",
          "Or it holds results that need no judge: samples of lm-evaluation-harness or logs of Inspect,",
          "compared item by item, or results of RewardBench.",
        ])
    case .agreement:
      CommandSpecification(
        name: name, operands: "FILE", operandCount: 1...1, options: [.fields, .scale],
        summary: "how well raters or judges agree, with every common coefficient",
        details: [
          "FILE is JSON Lines, a JSON list or a CSV table, plain or .gz; one row is one item.",
          "Ratings are texts or numbers; null or an empty field is a gap.",
        ])
    case .power:
      CommandSpecification(
        name: name, operands: "[FILE [FILE]]", operandCount: 0...2,
        options: [
          .boardJudge, .difference, .deviation, .correlation, .prompts, .expectedAgreement, .labels,
          .seeds, .seedDeviation,
          .significance,
          .powerOption,
        ],
        summary:
          "how many prompts, seeds or labels a comparison needs, or what these show",
        details: [
          "FILE is a pilot: annotations of AlpacaEval. One gives the spread of preferences, two on",
          "the same prompts also their correlation, for comparing two models prompt by prompt.",
          "With --prompts and --difference together it gives the power.",
        ])
    case .methods:
      CommandSpecification(
        name: name, operands: "", operandCount: 0...0, options: [],
        summary: "every method: kind of stage, what it needs, paper", details: [])
    case .explain:
      CommandSpecification(
        name: name, operands: "METHOD", operandCount: 1...1, options: [],
        summary: "what a method does: loss, options, a stage to copy, what to watch",
        details: ["METHOD is a name that plumb methods lists, as exo-rw."])
    case .initialise:
      CommandSpecification(
        name: name, operands: "", operandCount: 0...0, options: CommandOption.initialising,
        summary: "write a recipe that fits a model and data, ready to run",
        details: [
          "Looks at the model (family, size, template, context), the data (layout, columns, lengths)",
          "and at this machine's memory, and writes a commented recipe: train, measure, report. One of",
          "--pairs, --prompts and --demonstrations; without --model a small model from scratch, without",
          "any of them the demonstration's data.",
        ])
    case .completion:
      CommandSpecification(
        name: name, operands: "SHELL", operandCount: 1...1, options: [],
        summary: "completion of commands and options, for a shell",
        details: [
          "bash: source <(plumb completion bash)", "zsh:  source <(plumb completion zsh)",
          "fish: plumb completion fish | source",
        ])
    case .schema:
      CommandSpecification(
        name: name, operands: "", operandCount: 0...0, options: [],
        summary: "the JSON Schema of recipes, for editors",
        details: [
          "plumb schema > plumb.schema.json, and as the first line of a recipe:",
          "# yaml-language-server: $schema=plumb.schema.json",
        ])
    case .help:
      CommandSpecification(
        name: name, operands: "[TOPIC]", operandCount: 0...2,
        options: [.manual, .referenceFolder],
        summary: "a command's help, the keys of recipes, what a report measures",
        details: [
          "TOPIC is a command, recipe, measures or reference. recipe lists the kinds of sections of a recipe,",
          "recipe KIND every key of one: what it takes, its default and range, what it means, what it",
          "goes with. measures lists every quantity of a report: definition, unit, interval, source.",
          "reference gives all of this, methods and commands too, as pages of Markdown.",
        ])
    case .theory:
      CommandSpecification(
        name: name, operands: "", operandCount: 0...0, options: [.theoryFile],
        summary: "examine the papers' theorems in worlds small enough to enumerate",
        details: [
          "Every claim is put to the objectives that train models, by exact sums instead of samples.",
          "Ends with 1 where a verdict or a number is not the one that is known.",
        ])
    }
  }
}
