// Makes a form of each question of the exam, and a place to write and mark each essay. Nothing here runs code or leaves
// the machine. Without this script the answers are folded below the questions.
(() => {
  'use strict';

  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* kept for this visit only */ } };
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // As the runner compares answers: null is none of this kind.
  const read = {
    number: (text) => {
      const digits = text.replace(/[,_]/g, '');
      return /^(\d+|0[xX][0-9a-fA-F]+)$/.test(digits) ? BigInt(digits).toString() : null;
    },
    word: (text) => text,
    name: (text) => (/\s/.test(text) ? null : text.toLowerCase().replace(/\.+$/, '')),
    line: (text) => text.split(/\s+/).join(' '),
  };
  const complaint = { number: 'This is no number: write digits, or hex behind 0x.', name: 'This is no name: write it with dots.' };

  for (const paper of document.querySelectorAll('.exam')) {
    const questions = [...paper.querySelectorAll('.exam-question')];
    const all = questions.reduce((sum, it) => sum + Number(it.dataset.points), 0);
    const sum = make('p', { className: 'exam-sum' });
    sum.setAttribute('role', 'status');
    const count = () => {
      const right = questions.filter((it) => it.dataset.right === 'true');
      const earned = right.reduce((total, it) => total + Number(it.dataset.points), 0);
      sum.textContent = `${earned} of ${all} points in parts A to C. Part D is marked by the runner.`;
    };

    for (const question of questions) {
      const { kind, key, words } = question.dataset;
      const prompt = question.querySelector('.prompt');
      const details = question.querySelector('details');
      prompt.id = `${question.id}-prompt`;
      prompt.querySelector('.asks').remove();
      const field = kind === 'word' ? make('select') : make('input', { type: 'text', autocomplete: 'off', spellcheck: false });
      if (kind === 'word') for (const word of ['', ...words.split(' ')]) field.append(make('option', { value: word, textContent: word || 'choose' }));
      field.setAttribute('aria-labelledby', prompt.id);
      field.value = recall(question.id) ?? '';
      const said = make('output');
      said.setAttribute('aria-live', 'polite');

      const check = () => {
        const text = field.value.trim();
        keep(question.id, text);
        const given = text === '' ? '' : read[kind](text);
        delete question.dataset.right;
        said.replaceChildren();
        if (given === null) said.textContent = complaint[kind];
        if (given) {
          question.dataset.right = given === key;
          const verdict = make('strong', { textContent: given === key ? 'Right. ' : 'Not so. ' });
          said.append(verdict, ...details.querySelector('.why').cloneNode(true).childNodes);
        }
        count();
      };
      const form = make('form', {}, field, make('button', { type: 'submit', textContent: 'Check' }), said);
      form.addEventListener('submit', (event) => { event.preventDefault(); check(); });
      details.before(form);
      if (field.value) check();
    }
    if (questions.length) questions.at(-1).after(sum);
    count();
  }

  for (const essay of document.querySelectorAll('.essay')) {
    const prompt = essay.querySelector('.prompt');
    prompt.id = `${essay.id}-prompt`;
    const text = make('textarea', { rows: 8, value: recall(essay.id) ?? '' });
    text.setAttribute('aria-labelledby', prompt.id);
    text.addEventListener('input', () => keep(essay.id, text.value));
    prompt.after(text);

    const lines = [...essay.querySelectorAll('.rubric > li')];
    const sum = make('p');
    sum.setAttribute('role', 'status');
    const boxes = lines.map((line, n) => {
      const box = make('input', { type: 'checkbox', checked: recall(`${essay.id}-${n}`) === 'yes' });
      const label = make('label', {}, box, make('span', {}, ...line.childNodes));
      line.append(label);
      box.addEventListener('change', () => { keep(`${essay.id}-${n}`, box.checked ? 'yes' : ''); count(); });
      return box;
    });
    const points = (n) => Number(lines[n].dataset.points);
    const count = () => {
      const earned = boxes.reduce((total, box, n) => total + (box.checked ? points(n) : 0), 0);
      sum.textContent = `${earned} of ${lines.reduce((total, _, n) => total + points(n), 0)} points, by your own marks.`;
    };
    essay.querySelector('.rubric').after(sum);
    count();
  }
})();
