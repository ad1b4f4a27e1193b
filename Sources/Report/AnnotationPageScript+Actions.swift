extension AnnotationPageScript {
  /// What keys, buttons and files do.
  static let actions: HTML = """
      const change = (edit) => {
        const number = order[at];
        changes.push({ number, before: answers.has(number) ? copy(answers.get(number)) : null });
        const answer = copy(answers.get(number));
        edit(answer);
        if (isEmpty(answer)) answers.delete(number); else answers.set(number, answer);
        keep();
        refresh();
      };
      // The same choice again takes it back.
      const choose = (criterion, value) => {
        change((answer) => {
          const old = criterion === null ? answer.preference : answer.criteria[criterion];
          const next = old === value ? undefined : value;
          if (criterion === null) answer.preference = next;
          else if (next === undefined) delete answer.criteria[criterion];
          else answer.criteria[criterion] = next;
          say((criterion ?? "On the whole") + ": " + (next === undefined ? "taken back" : words(next)));
        });
        warn("");
      };
      const undo = () => {
        const last = changes.pop();
        if (!last) return;
        if (last.before === null) answers.delete(last.number);
        else answers.set(last.number, last.before);
        keep();
        const target = order.indexOf(last.number);
        if (target === at) {
          place("comment").value = answers.get(order[at])?.comment ?? "";
          refresh();
        } else {
          at = target;
          present();
        }
        say("Undone");
      };
      // Takes down the comment and the time before the comparison is left.
      const rest = () => {
        const text = place("comment").value;
        const known = answers.get(order[at]);
        if (text !== (known?.comment ?? "")) {
          change((answer) => { answer.comment = text === "" ? undefined : text; });
        }
        const now = performance.now();
        const answer = answers.get(order[at]);
        if (answer && !document.hidden) {
          answer.seconds = (answer.seconds ?? 0) + (now - since) / 1000;
          keep();
        }
        since = now;
      };
      const go = (target) => {
        if (target < 0 || target >= order.length || target === at) return;
        rest();
        at = target;
        present();
      };
      const next = () => {
        if (!isAnswered(order[at])) {
          warn("Choose on the whole first: 1, 0 for a tie, or 2. The arrow → leaves it for later.");
          return;
        }
        const open = [...order.keys()].filter((index) => !isAnswered(order[index]));
        const target = open.find((index) => index > at) ?? open[0];
        if (target === undefined) {
          rest();
          warn("All " + order.length + " are answered. Save your answers (Ctrl S) and hand in the file.");
          place("save").focus();
        } else {
          warn("");
          go(target);
        }
      };

      const begin = (name, found) => {
        annotator = name;
        answers = found;
        changes = [];
        order = shuffled(name);
        at = Math.max(0, order.findIndex((number) => !isAnswered(number)));
        place("start").hidden = true;
        place("work").hidden = false;
        place("person").textContent = "by " + name;
        present();
      };
      const fail = (text) => {
        place("problem").textContent = text;
        place("problem").hidden = false;
      };
      place("who").addEventListener("submit", (event) => {
        event.preventDefault();
        const name = place("name").value.trim();
        if (name === "") return;
        const earlier = kept().find((one) => one.annotator === name);
        begin(name, earlier?.answers ?? new Map());
        if (earlier) warn("You go on from what this browser has kept of " + name + ".");
      });
      place("load").addEventListener("change", async () => {
        const file = place("load").files[0];
        if (!file) return;
        try {
          const found = read(await file.text());
          const earlier = kept().find((one) => one.annotator === found.annotator);
          let more = 0;
          for (const [number, answer] of earlier?.answers ?? []) {
            if (!found.answers.has(number)) {
              found.answers.set(number, answer);
              more += 1;
            }
          }
          begin(found.annotator, found.answers);
          if (more > 0) warn("The file's answers, and " + more + " more that this browser had kept.");
        } catch (problem) {
          fail(String(problem));
          place("load").value = "";
        }
      });
      for (const one of kept()) {
        const button = document.createElement("button");
        const count = [...one.answers.values()].filter((answer) => answer.preference).length;
        button.type = "button";
        button.textContent = one.annotator + ", " + count + " of " + items.size;
        button.addEventListener("click", () => begin(one.annotator, one.answers));
        place("kept").append(button);
        place("kept").hidden = false;
      }

      place("back").addEventListener("click", () => go(at - 1));
      place("later").addEventListener("click", () => go(at + 1));
      place("undo").addEventListener("click", undo);
      place("next").addEventListener("click", next);
      place("save").addEventListener("click", save);
      place("comment").addEventListener("change", rest);
      addEventListener("pagehide", () => { if (order.length > 0) rest(); });
      addEventListener("beforeunload", (event) => {
        if (order.length > 0 && !isKept && !isSaved) event.preventDefault();
      });

      addEventListener("keydown", (event) => {
        if (place("work").hidden || event.isComposing) return;
        const control = event.ctrlKey || event.metaKey;
        const key = event.key.toLowerCase();
        if (control && !event.altKey && key === "s") {
          event.preventDefault();
          return save();
        }
        const focus = document.activeElement;
        if (focus === place("comment")) {
          if (event.key === "Escape") {
            rest();
            place("title").focus({ preventScroll: true });
          }
          return;
        }
        if (control || event.altKey || !place("keys").checked) return;
        // Held down, a key would answer many at once.
        const act = (action) => {
          event.preventDefault();
          if (!event.repeat) action();
        };
        const whole = "102".indexOf(key);
        if (key.length === 1 && whole >= 0) return act(() => choose(null, values[whole]));
        if (key === "u") return act(undo);
        if (key === "m") return act(() => place("comment").focus());
        if (key === "arrowleft") return act(() => go(at - 1));
        if (key === "arrowright") return act(() => go(at + 1));
        if (key === "enter" && !(focus instanceof HTMLButtonElement || focus?.tagName === "SUMMARY")) {
          return act(next);
        }
        study.criteria.forEach((name, index) => {
          const value = key.length === 1 ? letters[index].indexOf(key) : -1;
          if (value >= 0) act(() => choose(name, values[value]));
        });
      });
    })();

    """
}
