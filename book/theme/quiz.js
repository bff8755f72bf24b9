// Makes a form of each question: choose, and hear why. Without this script the answers are folded below the questions.
// Answers are kept in the browser; from a page that is served also with those of `cargo xtask quiz`.
(() => {
  'use strict';

  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* kept for this visit only */ } };
  const forget = (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };

  // By question, the choice that the server has not said back yet. It survives a reload, and a server that is gone.
  const waiting = new Map();
  const mark = (question) => `unsent ${question}`;
  // By question, the choice that the server has taken.
  const taken = new Map();
  // From live.js, once the server has spoken.
  let token;
  let busy = false;
  // One at a time: the last choice is the one that counts. What fails is sent again when the server speaks again.
  const send = async () => {
    const next = [...waiting].find(([question, choice]) => taken.get(question) !== choice);
    if (busy || !token || !next) return;
    const [name, choice] = next;
    const [quiz, question] = name.split('/');
    busy = true;
    try {
      const { status } = await fetch('/answer', {
        method: 'POST',
        keepalive: true,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token, quiz, question, choice }),
      });
      // 400: the quiz has changed, and such an answer is one no more. 403: another server, with another token.
      if (status === 400) done(name);
      else if (status === 204) taken.set(name, choice);
      else token = undefined;
    } catch {
      token = undefined;
    }
    busy = false;
    send();
  };
  const done = (question) => {
    waiting.delete(question);
    taken.delete(question);
    forget(mark(question));
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
      const { question: name } = question.dataset;
      waiting.set(name, radios[n].value);
      keep(mark(name), radios[n].value);
      send();
    };
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Check';
    button.addEventListener('click', () => answer(radios.findIndex((radio) => radio.checked)));
    set.append(button, said);
    prompt.remove();
    choices.replaceWith(set);
    show(recall(question.id));
    const { question: name } = question.dataset;
    shown.set(name, show);
    const unsent = recall(mark(name));
    if (unsent) waiting.set(name, unsent);
  }

  // What the file says is shown once it differs from what it said before, and not what this page has just told it:
  // a choice that is being made stays.
  let before = {};
  addEventListener('course-answers', ({ detail }) => {
    token = detail.token;
    for (const [question, key] of Object.entries(detail.answers)) {
      if (waiting.has(question)) {
        if (waiting.get(question) === key) done(question);
      } else if (before[question] !== key) {
        shown.get(question)?.(key);
      }
    }
    before = detail.answers;
    send();
  });
})();
