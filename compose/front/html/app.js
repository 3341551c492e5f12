// Asks the API twice a second and shows which replica has answered, and how often each did.

const ASK_EVERY_MS = 500;
/** Who has not answered in so many rounds is shown as gone. */
const ROUNDS = 3;

const api = apiOf(location);
const find = (selector) => document.querySelector(selector);

/** Beside `app.` there is `api.`, with the same port; else the API is a path of this host. */
function apiOf({ protocol, host }) {
  const rest = host.match(/^app\.(.+)/)?.[1];
  return rest === undefined ? new URL('/api/', location) : new URL(`${protocol}//api.${rest}/`);
}

/** Replicas by the name that they give themselves: how often each answered, and when last. */
const replicas = new Map();
let answers = 0;
let paused = false;

async function ask() {
  try {
    const response = await fetch(api, { cache: 'no-store' });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const { hostname, message } = await response.json();
    count(hostname);
    find('#last').textContent = `${hostname}: ${message}`;
  } catch (error) {
    find('#last').textContent = `No answer from ${api}: ${error.message}`;
  }
}

function count(hostname) {
  answers += 1;
  const replica = replicas.get(hostname) ?? { count: 0, tile: addTile(hostname) };
  replica.count += 1;
  replica.last = answers;
  replicas.set(hostname, replica);
  for (const [name, { count, last, tile }] of replicas) {
    tile.querySelector('b').textContent = count;
    tile.className = name === hostname ? 'now' : isGone(last) ? 'gone' : '';
  }
  // Lets the colour of the one that answered fade.
  requestAnimationFrame(() => requestAnimationFrame(() => replica.tile.classList.remove('now')));
}

function isGone(last) {
  return answers - last > ROUNDS * replicas.size;
}

function addTile(hostname) {
  const tile = document.createElement('li');
  const name = document.createElement('code');
  name.textContent = hostname;
  tile.append(name, document.createElement('b'));
  // The golden angle: neighbours differ.
  tile.style.setProperty('--hue', `${(replicas.size * 137.5) % 360}`);
  find('#replicas').append(tile);
  return tile;
}

find('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const output = find('output');
  const { value } = event.target.elements.integer;
  output.textContent = 'Computing…';
  try {
    const response = await fetch(new URL(`is_prime/${encodeURIComponent(value)}`, api));
    const { integer, is_prime: isPrime, error } = await response.json();
    const by = response.headers.get('X-Served-By');
    output.textContent = error ?? `${integer} is ${isPrime ? '' : 'not '}prime, says ${by}`;
  } catch (error) {
    output.textContent = `No answer: ${error.message}`;
  }
});

find('#pause').addEventListener('click', ({ target }) => {
  paused = !paused;
  target.textContent = paused ? 'Go on' : 'Pause';
});

find('#api').href = api;
const { headers } = await fetch(location, { method: 'HEAD' });
find('#front').textContent = headers.get('X-Served-By');
await ask();
setInterval(async () => {
  if (!paused) await ask();
}, ASK_EVERY_MS);
