(() => {
  "use strict";
  const study = JSON.parse(document.getElementById("study").textContent);
  const items = new Map(study.items.map((item) => [item.number, item]));
  const values = ["1", "tie", "2"];
  const letters = ["qwe", "asd", "zxc", "rty", "fgh"];
  const place = (id) => document.getElementById(id);
  const prefix = "plumb annotation " + study.study + " ";
  let annotator = "";
  let order = [];
  let at = 0;
  let answers = new Map();
  let changes = [];
  let since = performance.now();
  let isKept = true;
  let isSaved = true;

  // An order of one's own: Fisher and Yates, from a generator that study and name begin.
  const shuffled = (name) => {
    let state = 0x811c9dc5;
    for (const character of study.study + " " + name) {
      state = Math.imul(state ^ character.codePointAt(0), 0x01000193) >>> 0;
    }
    const draw = (bound) => {
      state = (state + 0x9e3779b9) >>> 0;
      let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      return Math.floor(((word ^ (word >>> 15)) >>> 0) / 4294967296 * bound);
    };
    const numbers = [...items.keys()];
    for (let last = numbers.length - 1; last > 0; last -= 1) {
      const other = draw(last + 1);
      [numbers[last], numbers[other]] = [numbers[other], numbers[last]];
    }
    return numbers;
  };

  const copy = (answer) =>
    answer ? { ...answer, criteria: { ...answer.criteria } } : { criteria: {} };
  const isEmpty = (answer) =>
    !answer.preference && !answer.comment && Object.keys(answer.criteria).length === 0;
  const isAnswered = (number) => Boolean(answers.get(number)?.preference);
  const answered = () => order.filter(isAnswered).length;
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
    const name = annotator.slice(0, 40).replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
    link.download = "answers-" + study.study.slice(0, 8) + "-" + name + ".json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    isSaved = true;
    say("Saved " + answered() + " answers as " + link.download);
  };
  const say = (text) => { place("live").textContent = text; };
  const warn = (text) => {
    place("warning").textContent = text;
    place("warning").hidden = text === "";
  };
  const show = (id, text) => {
    place(id).textContent = text === "" ? "(empty)" : text;
    place(id).classList.toggle("empty", text === "");
  };
  const labels = ["Answer 1 better", "Tie", "Answer 2 better"];
  const words = (value) => labels[values.indexOf(value)];

  const buttons = (group, keys, names, choose) => {
    values.forEach((value, index) => {
      const button = document.createElement("button");
      const key = document.createElement("kbd");
      button.type = "button";
      key.textContent = keys[index];
      button.append(names[index] + " ", key);
      button.dataset.value = value;
      button.addEventListener("click", (event) => {
        choose(value);
        // After a mouse, Enter and the arrows belong to the page again.
        if (event.detail > 0) place("title").focus({ preventScroll: true });
      });
      group.append(button);
    });
  };
  buttons(place("whole"), "102", labels, (value) => choose(null, value));
  const groups = study.criteria.map((name, index) => {
    const row = document.createElement("div");
    const label = document.createElement("span");
    const group = document.createElement("div");
    row.className = "row";
    label.textContent = name;
    label.id = "criterion-" + index;
    group.className = "choice";
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", label.id);
    buttons(group, letters[index], ["1", "tie", "2"], (value) => choose(name, value));
    row.append(label, group);
    place("criteria").append(row);
    return group;
  });
  place("criteria").hidden = groups.length === 0;

  const press = (group, value) => {
    for (const button of group.children) {
      button.setAttribute("aria-pressed", String(button.dataset.value === value));
    }
  };
  const refresh = () => {
    const answer = copy(answers.get(order[at]));
    press(place("whole"), answer.preference);
    groups.forEach((group, index) => press(group, answer.criteria[study.criteria[index]]));
    for (const side of ["1", "2"]) {
      place("answer-" + side).parentElement.classList.toggle("chosen", answer.preference === side);
    }
    const count = answered();
    place("count").textContent = count + " of " + order.length + " answered";
    place("bar").value = count;
    place("back").disabled = at === 0;
    place("undo").disabled = changes.length === 0;
    place("later").disabled = at === order.length - 1;
  };
  const present = () => {
    const item = items.get(order[at]);
    place("title").textContent = "Comparison " + (at + 1) + " of " + order.length;
    show("prompt", item.prompt);
    show("answer-1", item.answers[0]);
    show("answer-2", item.answers[1]);
    place("reference").hidden = item.reference === null;
    show("reference-text", item.reference ?? "");
    place("comment").value = answers.get(order[at])?.comment ?? "";
    since = performance.now();
    refresh();
    scrollTo(0, 0);
    place("title").focus({ preventScroll: true });
  };

  // On paper: every comparison, with boxes to tick.
  const section = (title, text) => {
    const part = document.createElement("section");
    const heading = document.createElement("h2");
    const body = document.createElement("div");
    heading.textContent = title;
    body.className = "text";
    body.textContent = text === "" ? "(empty)" : text;
    part.append(heading, body);
    return part;
  };
  addEventListener("beforeprint", () => {
    const numbers = order.length > 0 ? order : [...items.keys()];
    place("paper").replaceChildren(...numbers.map((number) => {
      const item = items.get(number);
      const answer = copy(answers.get(number));
      const sheet = document.createElement("div");
      const pair = document.createElement("div");
      sheet.className = "sheet";
      pair.className = "answers";
      sheet.append(section("Comparison " + number, item.prompt));
      if (item.reference !== null) sheet.append(section("Reference", item.reference));
      pair.append(section("Answer 1", item.answers[0]), section("Answer 2", item.answers[1]));
      sheet.append(pair);
      for (const name of [null, ...study.criteria]) {
        const line = document.createElement("div");
        const given = name === null ? answer.preference : answer.criteria[name];
        line.textContent = (name ?? "On the whole") + ": "
          + values.map((value, index) => (value === given ? "☒ " : "☐ ") + labels[index]).join("  ");
        sheet.append(line);
      }
      return sheet;
    }));
  });
  addEventListener("afterprint", () => place("paper").replaceChildren());
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
