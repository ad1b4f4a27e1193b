extension AnnotationPageScript {
  /// The file that is saved and read, and the copy that the browser keeps.
  static let files: HTML = """
      const write = () => {
        const lines = [...answers].sort((a, b) => a[0] - b[0]).map(([item, answer]) => {
          const row = { item };
          if (answer.preference) row.preference = answer.preference;
          if (Object.keys(answer.criteria).length > 0) row.criteria = answer.criteria;
          if (answer.comment) row.comment = answer.comment;
          if (answer.seconds) row.seconds = Math.round(answer.seconds * 10) / 10;
          return "    " + JSON.stringify(row);
        });
        const head = { kind: "plumb annotation", version: 1, study: study.study, annotator };
        const newline = String.fromCharCode(10);
        const members = Object.entries(head)
          .map(([key, value]) => "  " + JSON.stringify(key) + ": " + JSON.stringify(value));
        const list = lines.length === 0 ? "[]"
          : "[" + newline + lines.join("," + newline) + newline + "  ]";
        return "{" + newline + [...members, '  "answers": ' + list].join("," + newline)
          + newline + "}" + newline;
      };

      // Throws a sentence where the text is not what this page saves.
      const read = (text) => {
        let file;
        try { file = JSON.parse(text); } catch { throw "That file is no JSON: it is damaged, or another one."; }
        if (file?.kind !== "plumb annotation" || file.version !== 1) {
          throw "That file was not saved by a page like this one.";
        }
        if (file.study !== study.study) {
          throw "That file belongs to another page, study " + String(file.study).slice(0, 8) + ".";
        }
        const found = new Map();
        const wrong = "That file holds an answer that this page does not know.";
        if (typeof file.annotator !== "string" || !file.annotator || !Array.isArray(file.answers)) throw wrong;
        for (const row of file.answers) {
          const criteria = row.criteria ?? {};
          if (!items.has(row.item) || found.has(row.item)) throw wrong;
          if (row.preference !== undefined && !values.includes(row.preference)) throw wrong;
          for (const [name, value] of Object.entries(criteria)) {
            if (!study.criteria.includes(name) || !values.includes(value)) throw wrong;
          }
          const { preference, comment, seconds } = row;
          if (!["undefined", "string"].includes(typeof comment)) throw wrong;
          if (!["undefined", "number"].includes(typeof seconds)) throw wrong;
          found.set(row.item, { preference, criteria, comment, seconds });
        }
        return { annotator: file.annotator, answers: found };
      };

      const keep = () => {
        isSaved = false;
        try { localStorage.setItem(prefix + annotator, write()); } catch { isKept = false; }
        if (!isKept) {
          warn("This browser keeps nothing by itself. Save your answers before you close the page.");
        }
      };
      const kept = () => {
        const found = [];
        try {
          for (let index = 0; index < localStorage.length; index += 1) {
            const key = localStorage.key(index);
            if (key.startsWith(prefix)) found.push(read(localStorage.getItem(key)));
          }
        } catch { return []; }
        return found.sort((a, b) => (a.annotator < b.annotator ? -1 : 1));
      };

      const save = () => {
        rest();
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([write()], { type: "application/json" }));
        const name = annotator.slice(0, 40).replaceAll(/[^\\p{L}\\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
        link.download = "answers-" + study.study.slice(0, 8) + "-" + name + ".json";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60000);
        isSaved = true;
        say("Saved " + answered() + " answers as " + link.download);
      };

    """
}
