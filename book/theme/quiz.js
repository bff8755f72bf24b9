// Makes a form of each question: choose, and hear why. Without this script the answers are folded below the questions.
// Answers are kept in the browser; from a page that is served also with those of `cargo xtask quiz`.
(() => {
  'use strict';

  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* kept for this visit only */ } };

  // From live.js, once the server has spoken.
  let token;
  let sent = Promise.resolve();
  // By question, the choice that was sent and that the server has not said back yet.
  const waiting = new Map();
  const send = (question, choice) => {
    if (!token) return;
    waiting.set(question, choice);
    const [quiz, id] = question.split('/');
    const body = JSON.stringify({ token, quiz, question: id, choice });
    const headers = { 'Content-Type': 'application/json' };
    // One after the other: the last choice is the one that counts. It arrives even if the page is left at once.
    sent = sent
      .then(() => fetch('/answer', { method: 'POST', headers, body, keepalive: true }))
      // live.js says that the server is gone; the browser has the answer.
      .catch(() => waiting.delete(question));
  };

  // By question, what shows a choice that was made elsewhere.
  const shown = new Map();

  for (const question of document.querySelectorAll('.question')) {
    const choices = question.querySelector('.choices');
    const reasons = [...question.querySelectorAll('.reasons > li')];
    const prompt = question.querySelector('.prompt');
    if (!choices || !prompt) continue;

    const set = document.createElement('fieldset');
    const legend = document.createElement('legend');
    legend.append(...prompt.childNodes);
    set.append(legend);
    const code = question.querySelector('.code');
    if (code) {
      set.setAttribute('aria-describedby', code.id);
      set.append(code);
    }
    const said = document.createElement('output');
    said.setAttribute('aria-live', 'polite');

    const judge = (n) => {
      const right = reasons[n].hasAttribute('data-right');
      said.dataset.right = right;
      said.innerHTML = reasons[n].innerHTML;
    };

    const radios = [...choices.children].map((choice, n) => {
      const label = document.createElement('label');
      const radio = document.createElement('input');
      radio.type = 'radio';
      radio.name = question.id;
      radio.value = choice.dataset.choice;
      const text = document.createElement('span');
      text.append(...choice.childNodes);
      label.append(radio, text);
      set.append(label);
      return radio;
    });
    const show = (key) => {
      const n = radios.findIndex((radio) => radio.value === key);
      if (n < 0) return;
      radios[n].checked = true;
      judge(n);
    };
    // Arrow keys move through the choices, so a choice is no answer yet: the button makes it one.
    const answer = (n) => {
      if (n < 0) return;
      keep(question.id, radios[n].value);
      judge(n);
      send(question.dataset.question, radios[n].value);
    };
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Check';
    button.addEventListener('click', () => answer(radios.findIndex((radio) => radio.checked)));
    set.append(button, said);
    prompt.remove();
    choices.replaceWith(set);
    show(recall(question.id));
    shown.set(question.dataset.question, show);
  }

  // What the file says is shown once it differs from what it said before, and not what this page has just told it:
  // a choice that is being made stays.
  let before = {};
  addEventListener('course-answers', ({ detail }) => {
    token = detail.token;
    for (const [question, key] of Object.entries(detail.answers)) {
      if (waiting.has(question)) {
        if (waiting.get(question) === key) waiting.delete(question);
      } else if (before[question] !== key) {
        shown.get(question)?.(key);
      }
    }
    before = detail.answers;
  });
})();
