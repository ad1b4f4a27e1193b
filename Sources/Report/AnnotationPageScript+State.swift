extension AnnotationPageScript {
  /// What is asked, in which order, and what was answered.
  static let state: HTML = """
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

    """
}
