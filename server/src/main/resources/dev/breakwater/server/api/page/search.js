/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
'use strict';

// Shows what holds every word that is typed. It reads the page and changes nothing but what is hidden and open.
(function () {
  const box = document.getElementById('search');
  const found = document.getElementById('found');
  const links = new Map();
  document.querySelectorAll('[data-of]').forEach((item) => links.set(item.dataset.of, item));
  const entries = Array.from(document.querySelectorAll('[data-entry]'), (element) => ({
    element,
    link: links.get(element.id),
    text: (element.id + ' ' + element.textContent).toLowerCase(),
  }));
  const groups = Array.from(document.querySelectorAll('[data-group]'));

  function show() {
    const words = box.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    let shown = 0;
    for (const entry of entries) {
      const fits = words.every((word) => entry.text.includes(word));
      entry.element.hidden = !fits;
      if (entry.link) {
        entry.link.hidden = !fits;
      }
      shown += fits ? 1 : 0;
    }
    for (const group of groups) {
      group.hidden = group.querySelector('[data-entry]:not([hidden]), [data-of]:not([hidden])') === null;
    }
    found.textContent = words.length === 0 ? '' : shown + ' found';
  }

  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
    }
  }

  document.getElementById('search-bar').hidden = false;
  box.addEventListener('input', show);
  window.addEventListener('hashchange', openTarget);
  openTarget();
})();
