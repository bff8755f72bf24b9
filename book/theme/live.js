// What the server of `cargo xtask book` pushes: verdicts of the last run, answers to quizzes, a new build of the book, trouble with it.
// Everything on the page is there without this script; it only adds what changes.
(() => {
  'use strict';
  const served = location.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(location.hostname);
  if (!served || !window.EventSource) return;

  const words = {
    passed: '✓ passed', failed: '✗ failed', timed_out: '✗ timed out', crashed: '✗ crashed',
    build_failed: '✗ does not compile', skipped: '– skipped', could_not_grade: '? could not be graded', open: '',
  };

  const note = document.createElement('div');
  note.id = 'course-note';
  note.setAttribute('role', 'status');
  note.hidden = true;
  document.body.append(note);

  const say = (text) => {
    note.textContent = text;
    note.hidden = !text;
  };

  const showStep = (lab, step) => {
    const item = document.getElementById(`step-${lab}-${step.id}`);
    if (!item) return;
    item.dataset.verdict = step.verdict;
    item.querySelector('.step-verdict').textContent = words[step.verdict] ?? '';
    const story = item.querySelector('.step-story');
    // The same story again would take away what the reader has selected or scrolled to.
    if (story.dataset.shown !== step.story) {
      story.dataset.shown = step.story;
      story.innerHTML = step.story;
    }
  };

  const show = ({ labs }) => {
    for (const lab of labs) {
      const section = document.querySelector(`.steps[data-lab="${CSS.escape(lab.id)}"]`);
      if (!section) continue;
      section.querySelector('.steps-earned').textContent = `${lab.earned} of ${section.dataset.points} points.`;
      for (const step of lab.steps) showStep(lab.id, step);
    }
  };

  let build;
  const events = new EventSource('/live');
  events.onmessage = ({ data }) => {
    const now = JSON.parse(data);
    build ??= now.build;
    if (build !== now.build) {
      location.reload();
      return;
    }
    say(now.trouble ?? '');
    show(now.progress);
    // For the quizzes of the page.
    const { progress: { answers }, token } = now;
    dispatchEvent(new CustomEvent('course-answers', { detail: { answers, token } }));
  };
  events.onerror = () => say('The server of this page is gone. cargo xtask book starts it again.');
  // Browsers allow six connections to a host; a page that is left gives its own back.
  addEventListener('pagehide', () => events.close());
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
})();
