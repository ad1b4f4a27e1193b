extension AnnotationPageScript {
  /// What is on the screen.
  static let view: HTML = """
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

    """
}
