import { parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { withoutReport } from './cost';
import { documentation } from './language';
import { withToken } from './token';

// Beside the page, wherever a proxy serves that.
const url = new URL('graphql', document.baseURI).href;

// Sends one operation to the server this page came from. GraphiQL shows the value
// returned, every value of an iterator, and the message of an error thrown.
export function fetcher(params, { headers = {} } = {}) {
  const operations = operationsOf(params.query);
  // Right after switching tabs, GraphiQL names the operation of the previous tab.
  const operationName = operations.length === 1 ? operations[0].name?.value : params.operationName;
  const asked = operations.find(({ name }) => name?.value === operationName);
  if (operationName === 'IntrospectionQuery') headers = { ...headers, 'Accept-Language': documentation.get() };
  return (asked?.operation === 'subscription' ? listen : ask)({ ...params, operationName }, withToken(headers));
}

function operationsOf(query) {
  try {
    return parse(query).definitions.filter(({ kind }) => kind === 'OperationDefinition');
  } catch {
    return []; // the server reports the syntax error
  }
}

async function ask(params, headers) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(params),
  });
  const answer = await answerOf(response);
  return params.operationName === 'IntrospectionQuery' ? answer : withoutReport(answer);
}

async function answerOf(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server answered ${response.status} ${response.statusText}\n\n${text}`);
  }
}

// Each result replaces the previous one. A broken subscription is not restarted,
// because it would not resume where it stopped. A refused one shows the reason.
function listen(params, headers) {
  const answers = createClient({ url, headers, retryAttempts: 0 }).iterate(params);
  const refused = async (why) => {
    if (!why.response) throw why;
    return { value: await answerOf(why.response), done: false };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const { value, done } = await answers.next().catch(refused);
      return { value: value && withoutReport(value), done };
    },
    return: () => answers.return(),
  };
}
