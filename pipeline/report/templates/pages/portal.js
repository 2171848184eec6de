(function () {
  'use strict';
  const find = id => document.getElementById(id);
  const tools = find('tools');
  if (!tools) return;
  const table = document.querySelector('.plans');
  const rows = [...table.tBodies[0].rows];
  const cards = rows.map(row => find(row.dataset.plan));
  const boxes = rows.map(row => row.querySelector('input'));
  const order = find('order'), search = find('find'), said = find('said'), compare = find('compare');
  const least = Number(compare.dataset.least), most = Number(compare.dataset.most);
  const numbers = ['risk', 'gap', 'share', 'change'];
  const texts = rows.map((row, at) =>
    [row.dataset.folder, row.textContent, cards[at].querySelector('h3').textContent].join(' ').toLowerCase());

  function before(one, other, by, down) {
    const a = one.dataset[by], b = other.dataset[by];
    if ((a === '') !== (b === '')) return a === '' ? 1 : -1;
    const apart = numbers.includes(by) ? a - b : a.localeCompare(b, 'en-GB');
    return (down ? -apart : apart) || one.dataset.risk - other.dataset.risk;
  }
  function sort(by, down, words) {
    [[rows, table.tBodies[0]], [cards, find('cards')]].forEach(([all, home]) => {
      const focused = document.activeElement;
      home.append(...[...all].sort((one, other) => before(one, other, by, down)));
      if (home.contains(focused)) focused.focus();
    });
    table.querySelectorAll('thead th').forEach(head => {
      if (head.dataset.by === by) head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    find('ordered').textContent = 'In order of ' + words;
    return by;
  }
  function choose() {
    const chosen = order.selectedOptions[0];
    sort(chosen.value, chosen.hasAttribute('data-down'), chosen.textContent);
    said.textContent = 'In order of ' + chosen.textContent + '.';
  }
  order.addEventListener('change', choose);

  table.querySelectorAll('thead th[data-by]').forEach(head => {
    const button = document.createElement('button');
    const name = head.textContent;
    button.type = 'button';
    button.textContent = name;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const option = [...order.options].find(each => each.value === head.dataset.by);
      const now = head.getAttribute('aria-sort');
      const down = now ? now === 'ascending' : option.hasAttribute('data-down');
      const usual = down === option.hasAttribute('data-down');
      const words = usual ? option.textContent : name.toLowerCase() + ', the other way round';
      sort(head.dataset.by, down, words);
      if (usual) order.value = option.value;
      said.textContent = 'In order of ' + words + '.';
    });
  });

  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, at) => {
      const fits = words.every(word => texts[at].includes(word));
      row.hidden = cards[at].hidden = !fits;
      shown += fits;
    });
    said.textContent = words.length ? shown + ' of ' + rows.length + ' plans found.' : '';
  });

  const chosen = () => rows.filter((_, at) => boxes[at].checked);
  function count() {
    const number = chosen().length;
    compare.textContent = 'Compare side by side' + (number ? ' (' + number + ' chosen)' : '');
    if (number > most) said.textContent = 'At most ' + most + ' plans fit side by side; ' + number + ' are chosen.';
  }
  boxes.forEach(box => { box.hidden = rows.length < least; box.addEventListener('change', count); });

  function cell(kind, text, scope) {
    const made = document.createElement(kind);
    made.textContent = text;
    if (scope) made.scope = scope;
    return made;
  }
  function line(head, texts, kind, scope) {
    const made = document.createElement('tr');
    made.append(head, ...texts.map(text => cell(kind, text, scope)));
    return made;
  }
  function figures(card) {
    const found = new Map([['Risk', card.querySelector('.level').textContent]]);
    card.querySelectorAll('.glance > div').forEach(each =>
      found.set(each.querySelector('dt').textContent, each.querySelector('dd').textContent));
    card.querySelectorAll('.pillars tbody tr').forEach(each => {
      const range = each.cells[2].textContent;
      found.set('Gap, ' + each.cells[0].textContent.trim().toLowerCase() + ' (WTE)',
        each.cells[1].textContent + (range === '–' ? '' : ' (' + range + ')'));
    });
    return found;
  }
  function side() {
    const plans = chosen();
    if (plans.length < least || plans.length > most) {
      said.textContent = 'Tick ' + least + ' to ' + most + ' plans in the list to compare them; ' +
        (plans.length || 'none') + (plans.length === 1 ? ' is ticked.' : ' are ticked.');
      return;
    }
    const shown = plans.map(row => figures(find(row.dataset.plan)));
    const names = [...new Set(shown.flatMap(each => [...each.keys()]))];
    const head = document.createElement('thead'), body = document.createElement('tbody');
    const heads = plans.map(row => find(row.dataset.plan + '-name').textContent);
    head.append(line(cell('td', ''), heads, 'th', 'col'));
    names.forEach(name => body.append(
      line(cell('th', name, 'row'), shown.map(each => each.get(name) || '–'), 'td')));
    find('comparison').querySelector('table').replaceChildren(head, body);
    find('comparison').hidden = false;
    find('comparison-title').focus();
    said.textContent = '';
  }
  compare.addEventListener('click', side);
  find('uncompare').addEventListener('click', () => { find('comparison').hidden = true; compare.focus(); });
  tools.addEventListener('submit', event => event.preventDefault());

  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    opened.forEach(each => { each.open = true; });
  });
  addEventListener('afterprint', () => opened.forEach(each => { each.open = false; }));
  tools.hidden = rows.length < least;
  table.querySelector('[data-by="risk"]').setAttribute('aria-sort', 'ascending');
}());
