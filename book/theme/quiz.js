// Makes a form of each question: choose, and hear why. Without this script the answers are folded below the questions.
(() => {
  'use strict';

  const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* kept for this visit only */ } };

  for (const question of document.querySelectorAll('.question')) {
    const choices = question.querySelector('.choices');
    const reasons = [...question.querySelectorAll('.reasons > li')];
    const prompt = question.querySelector('.prompt');
    if (!choices || !prompt) continue;

    const set = document.createElement('fieldset');
    const legend = document.createElement('legend');
    legend.append(...prompt.childNodes);
    set.append(legend);
    const said = document.createElement('output');
    said.setAttribute('aria-live', 'polite');

    const judge = (n) => {
      const right = reasons[n].hasAttribute('data-right');
      said.dataset.right = right;
      said.innerHTML = reasons[n].innerHTML;
    };

    [...choices.children].forEach((choice, n) => {
      const label = document.createElement('label');
      const radio = document.createElement('input');
      radio.type = 'radio';
      radio.name = question.id;
      radio.value = n;
      if (recall(question.id) === String(n)) {
        radio.checked = true;
        judge(n);
      }
      const text = document.createElement('span');
      text.append(...choice.childNodes);
      label.append(radio, text);
      set.append(label);
    });
    // Arrow keys move through the choices, so a choice is no answer yet: the button makes it one.
    const answer = (radio) => {
      if (!radio?.checked) return;
      keep(question.id, radio.value);
      judge(Number(radio.value));
    };
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Check';
    button.addEventListener('click', () => answer(set.querySelector('input:checked')));
    set.append(button, said);
    prompt.remove();
    choices.replaceWith(set);
  }
})();
