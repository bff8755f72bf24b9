// Everything by keyboard, where mdBook's own pages leave something out.
(() => {
  'use strict';

  // mdBook has the contents before the text, and all of them before this link.
  const skip = document.querySelector('.skip');
  if (skip) document.body.prepend(skip);

  // The button of the contents is a label, which no Tab reaches.
  const toggle = document.getElementById('mdbook-sidebar-toggle');
  if (toggle) {
    toggle.tabIndex = 0;
    toggle.setAttribute('role', 'button');
    toggle.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      toggle.click();
    });
  }

  // What scrolls has to be reached to be scrolled. It may begin to when the window narrows or a step's story comes.
  const main = document.querySelector('main');
  const reach = () => {
    for (const box of main.querySelectorAll('.step-story pre, pre > code, .drawing, .table-wrapper, .step-story ol')) {
      const down = box.matches('.step-story ol') && box.scrollHeight > box.clientHeight;
      const scrolls = down || box.scrollWidth > box.clientWidth;
      if (scrolls) box.tabIndex = 0;
      else if (box !== document.activeElement) box.removeAttribute('tabindex');
    }
  };
  if (main) new ResizeObserver(reach).observe(main);

  // mdBook turns the page at left and right, wherever the focus is. In a control, and in what scrolls, these keys mean something else.
  window.addEventListener('keydown', (event) => {
    const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
    if (sideways && event.target.closest?.('button, summary, input, select, textarea, label, [tabindex]')) {
      event.stopPropagation();
    }
  }, true);
})();
