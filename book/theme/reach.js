// Everything by keyboard, where mdBook's own pages leave something out.
(() => {
  'use strict';

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

  // What scrolls sideways has to be reached to be scrolled.
  for (const box of document.querySelectorAll('main pre > code, main .drawing, main .table-wrapper')) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }

  // mdBook turns the page at left and right, wherever the focus is. In a control, and in what scrolls, these keys mean something else.
  window.addEventListener('keydown', (event) => {
    const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
    if (sideways && event.target.closest?.('button, summary, input, select, textarea, label, [tabindex]')) {
      event.stopPropagation();
    }
  }, true);
})();
