// The report in a real browser. Usage: node report.mjs FOLDER_OF_SCREENSHOTS NAME=PAGE...
// Each page is looked at in both languages, on a laptop, on a phone and in print; every section leaves a picture.
import AxeBuilder from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [shots, ...pages] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 320, height: 640 };
let passed = 0;
const failures = [];

function check(what, holds, why = '') {
  if (holds) passed += 1;
  else {
    failures.push(`${what}${why ? `: ${why}` : ''}`);
    console.log(`FAILED ${failures.at(-1)}`);
  }
}

const browser = await chromium.launch({ executablePath, args: quiet });

/** Opens a page that may talk to nobody, in a language. */
async function open(file, language, options = {}) {
  const context = await browser.newContext({ viewport: LAPTOP, ...options });
  const page = await context.newPage();
  page.requests = [];
  page.said = [];
  page.on('request', (request) => page.requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && page.said.push(message.text()));
  page.on('pageerror', (error) => page.said.push(String(error)));
  const url = pathToFileURL(resolve(file)).href;
  await page.goto(url);
  await page.click(`label[for=choose-${language}]`);
  page.foreign = () => page.requests.filter((asked) => asked !== url && !asked.startsWith('data:'));
  return page;
}

/** Everything that can be asked of one page in one language on one screen. */
async function look(name, file, language, screen, options) {
  const what = `${name} ${language} ${screen}`;
  const page = await open(file, language, options);
  const other = language === 'nl' ? 'en' : 'nl';
  check(`${what}: the language is shown`, await page.isVisible(`#${language} h1`));
  check(`${what}: the other is hidden`, !(await page.isVisible(`#${other}`)));
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  const said = found.violations.map((one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].target} ${one.nodes[0].failureSummary}`);
  check(`${what}: axe finds nothing`, said.length === 0, said.join('\n  '));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${what}: nothing to scroll sideways`, wide <= 0, `${wide} px too wide`);
  const out = await page.evaluate(() => [...document.querySelectorAll('svg[role=img]')].filter((svg) => svg.checkVisibility()).flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter((text) => {
      const box = text.getBoundingClientRect();
      return box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2;
    }).map((text) => `${svg.querySelector('title').textContent}: ${text.textContent}`);
  }));
  check(`${what}: no word of a chart is cut off`, out.length === 0, out.slice(0, 5).join(' | '));
  check(`${what}: no request leaves the page`, page.foreign().length === 0, page.foreign().join(' '));
  check(`${what}: no error is reported`, page.said.length === 0, page.said.join(' '));
  const folder = join(shots, name, `${language}-${screen}`);
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, '00-first.png') });
  const sections = await page.$$(`#${language} .part`);
  for (const [at, section] of sections.entries()) {
    const id = await section.getAttribute('id');
    await section.screenshot({ path: join(folder, `${String(at + 1).padStart(2, '0')}-${id}.png`) });
  }
  await page.context().close();
}

/** The whole page by keyboard: every stop is seen, and marked. */
async function walk(name, file, language) {
  // Where it jumps at once a stop can be looked at without waiting.
  const page = await open(file, language, { reducedMotion: 'reduce' });
  await page.evaluate(() => document.activeElement.blur());
  const stops = [];
  for (let at = 0; at < 400; at += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const here = document.activeElement;
      if (!here || here === document.body) return null;
      const marked = here.matches('.languages input') ? here.nextElementSibling : here;
      const style = getComputedStyle(marked);
      const box = marked.getBoundingClientRect();
      const again = here.dataset.seen === 'yes';
      here.dataset.seen = 'yes';
      return {
        what: `${here.tagName} ${here.id || here.textContent.trim().slice(0, 40)}`,
        again,
        seen: here.checkVisibility() && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      };
    });
    if (!stop || stop.again) break;
    stops.push(stop);
  }
  const bad = stops.filter((stop) => !stop.seen || !stop.marked).map((stop) => stop.what);
  check(`${name} ${language}: the keyboard reaches the page`, stops.length > (file.endsWith('factsheet.html') ? 0 : 5), `${stops.length} stops`);
  check(`${name} ${language}: every stop is seen and marked`, bad.length === 0, bad.slice(0, 5).join(' | '));
  await page.focus(`#choose-${language}`);
  await page.keyboard.press('ArrowRight');
  const other = language === 'nl' ? 'en' : 'nl';
  check(`${name} ${language}: arrows change the language`, await page.isVisible(`#${other} h1`));
  await page.context().close();
}

/** What must hold whatever the language. */
async function whole(name, file) {
  let page = await open(file, 'en', { javaScriptEnabled: false });
  check(`${name}: works without scripts`, (await page.isVisible('#en h1')) && !(await page.isVisible('#nl')));
  await page.context().close();

  page = await open(file, 'nl', { viewport: { width: 683, height: 384 } });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name}: fits at 200 % text`, wide <= 0, `${wide} px too wide`);
  await page.context().close();

  page = await open(file, 'nl', { reducedMotion: 'reduce' });
  check(`${name}: nothing moves for who wants no motion`, (await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior)) === 'auto');
  const external = await page.evaluate(() => [...document.querySelectorAll('[src], link[href], a[href], use, image')]
    .map((one) => one.getAttribute('src') ?? one.getAttribute('href') ?? '')
    .filter((link) => !link.startsWith('#') && !link.startsWith('data:')));
  check(`${name}: no link leads outside`, external.length === 0, external.join(' '));
  const broken = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')]
    .map((link) => link.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id)));
  check(`${name}: every link has an end`, broken.length === 0, [...new Set(broken)].join(' '));
  const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((one) => one.id));
  check(`${name}: every id is one`, new Set(ids).size === ids.length, ids.filter((id, at) => ids.indexOf(id) !== at).slice(0, 3).join(' '));
  const mute = await page.evaluate(() => [...document.querySelectorAll('svg[role=img]')]
    .filter((svg) => !svg.querySelector('title')?.textContent || !svg.querySelector('desc')?.textContent).length);
  check(`${name}: every chart says what it is`, mute === 0, `${mute} do not`);
  await page.context().close();
}

/** Without a script: each choice of levers shows one outcome, and another than the one before. */
async function levers(name, file, language) {
  const page = await open(file, language, { javaScriptEnabled: false });
  const shown = async () => page.locator(`#${language} .what-if .outcomes p:visible`).allTextContents();
  let before = await shown();
  for (const label of await page.locator(`#${language} .pick label`).all()) {
    const chosen = await label.locator('xpath=preceding-sibling::input').isChecked();
    await label.click();
    const now = await shown();
    check(`${name} ${language}: "${await label.textContent()}" shows one outcome`, now.length === 1 && (chosen || now[0] !== before[0]), now.join(' | '));
    before = now;
  }
  const small = await page.evaluate((id) => [...document.querySelectorAll(`#${id} .pick`)].flatMap((pick) => [...pick.children]).filter((part) => {
    const box = part.getBoundingClientRect();
    return box.width < 24 || box.height < 24;
  }).length, language);
  check(`${name} ${language}: every stop of a lever can be touched`, small === 0, `${small} are smaller than 24 px`);
  await page.context().close();
  for (const [screen, options] of [['phone', { viewport: PHONE }], ['forced', { forcedColors: 'active' }]]) {
    const page = await open(file, language, options);
    const first = page.locator(`#${language} .lever`).first();
    if (await first.count() > 0) {
      await first.locator('input:checked').focus();
      await page.keyboard.press('ArrowRight');
      check(`${name} ${language} ${screen}: an arrow moves the thumb`, (await first.locator('input:checked').evaluate((input) => input === document.activeElement))
        && (await page.locator(`#${language} .what-if .outcomes p:visible`).count()) === 1);
      const seen = await first.locator('.pick').evaluateAll((picks) => picks.map((pick) => {
        const size = (part) => parseFloat(getComputedStyle(part, '::before').width);
        return [pick.querySelector('input').checked, size(pick.querySelector('input')), getComputedStyle(pick, '::before').height];
      }));
      const thumb = seen.find(([checked]) => checked)[1];
      check(`${name} ${language} ${screen}: the thumb is larger than a stop, on a line`, seen.every(([checked, size, line]) => (checked || size < thumb) && parseFloat(line) >= 2), JSON.stringify(seen));
      mkdirSync(join(shots, name), { recursive: true });
      await page.locator(`#${language} .what-if`).first().screenshot({ path: join(shots, name, `${language}-lever-${screen}.png`) });
    }
    await page.context().close();
  }
}

/** On a laptop the first screen says what was tested, how likely it is and what that rests on. */
async function first(name, file, language) {
  const page = await open(file, language);
  for (const part of ['tested', 'likely', 'rests']) {
    const box = await (await page.$(`#${language} .front .${part}`)).boundingBox();
    check(`${name} ${language}: the first screen holds "${part}"`, box.y >= 0 && box.y + box.height <= LAPTOP.height, `ends at ${Math.round(box.y + box.height)} px`);
  }
  mkdirSync(join(shots, name), { recursive: true });
  await page.screenshot({ path: join(shots, name, `${language}-first.png`) });
  await page.setViewportSize(PHONE);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name} ${language}: the first screen is not too wide for a phone`, wide <= 0, `${wide} px too wide`);
  await page.screenshot({ path: join(shots, name, `${language}-first-phone.png`) });
  await page.context().close();
}

/** As a PDF: with tags and a language, in so many pages at most. */
async function print(name, file, language, most) {
  const page = await open(file, language);
  await page.emulateMedia({ media: 'print' });
  const path = join(shots, name, `${language}.pdf`);
  mkdirSync(join(shots, name), { recursive: true });
  const pdf = (await page.pdf({ path, preferCSSPageSize: true, tagged: true, outline: true })).toString('latin1');
  const pages = (pdf.match(/\/Type\s*\/Page[^s]/g) ?? []).length;
  check(`${name} ${language} print: at most ${most} pages`, pages > 0 && pages <= most, `${pages}`);
  const choice = await page.$(`#${language} .what-if`);
  const table = `#${language}-grid .chart table`;
  check(`${name} ${language} print: a table in the place of levers`, !choice || (!(await choice.isVisible()) && (await page.isVisible(table))));
  check(`${name} ${language} print: tagged`, pdf.includes('/StructTreeRoot'));
  const found = await new AxeBuilder({ page }).analyze();
  check(`${name} ${language} print: axe finds nothing`, found.violations.length === 0, found.violations.map((one) => `${one.id}: ${one.nodes[0].target}`).join(' | '));
  await page.context().close();
}

for (const given of pages) {
  const [name, file] = given.split('=');
  const factsheet = file.endsWith('factsheet.html');
  for (const language of ['nl', 'en']) {
    // Of many scenarios only the first screen is made otherwise.
    if (name === 'many') {
      await first(name, file, language);
      continue;
    }
    await look(name, file, language, 'laptop', {});
    await look(name, file, language, 'phone', { viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
    await look(name, file, language, 'dark', { colorScheme: 'dark' });
    await walk(name, file, language);
    await print(name, file, language, factsheet ? 2 : 60);
    if (!factsheet) await first(name, file, language);
    await levers(name, file, language);
  }
  if (name !== 'many') await whole(name, file);
}
await browser.close();
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
