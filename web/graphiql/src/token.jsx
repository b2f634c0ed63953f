import { useGraphiQLActions } from '@graphiql/react';
import { store } from './store';

// The token is kept for as long as the browser's tab is open, and in no other place: all
// of GraphiQL's tabs use it.
const key = 'diwan:token';
const token = store(sessionStorage.getItem(key) ?? '');

function keep(text) {
  const given = text.trim().replace(/^Bearer\s+/i, '');
  sessionStorage.setItem(key, given);
  token.set(given);
}

// withToken adds the token to the headers of a request that have none of their own.
export function withToken(headers) {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'authorization');
  const isPlaceholder = name && /<.*>/.test(headers[name]);
  if (name && !isPlaceholder) return headers;
  const { [name]: _, ...others } = headers;
  if (token.get()) return { ...others, Authorization: `Bearer ${token.get()}` };
  if (isPlaceholder) throw new Error(`Put your token here instead of ${headers[name]}, or behind the key on the left, for all tabs.`);
  return others;
}

function Key() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5">
      <circle cx="8" cy="15" r="4.5" />
      <path d="m11.5 11.5 9-9M16.5 6.5l3.5 3.5M13.5 9.5l2 2" />
    </svg>
  );
}

function TokenPane() {
  const { introspect } = useGraphiQLActions();
  const current = token.use();
  const save = (event) => {
    event.preventDefault();
    keep(new FormData(event.currentTarget).get('token'));
    introspect(); // a server may show its schema to nobody else
  };
  return (
    <form className="diwan-pane" key={current} onSubmit={save}>
      <h2>Token</h2>
      <p>All tabs send it as <code>Authorization: Bearer …</code>, unless their own headers have that. It is forgotten when this tab of the browser is closed.</p>
      <input name="token" type="password" autoComplete="off" spellCheck={false} aria-label="Token" placeholder="put your token here" defaultValue={current} />
      <button type="submit" className="graphiql-button">Use it</button>
      <p role="status">{current ? 'A token is sent.' : 'No token is sent: you see what readers see.'}</p>
      <p>The first start of the server printed an admin token; <code>diwan token create</code> makes others. To see drafts, add <code>"Diwan-Perspective": "draft"</code> under Headers.</p>
    </form>
  );
}

export const tokenPlugin = { title: 'Token', icon: Key, content: TokenPane };
