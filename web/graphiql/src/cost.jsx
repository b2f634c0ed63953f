import { store } from './store';

// What the last answer said about itself.
const report = store({});

// withoutReport returns an answer without its cost and its trace, which the panel shows.
export function withoutReport(answer) {
  const { cost, trace, ...others } = answer.extensions ?? {};
  if (!cost && !trace) return answer;
  report.set({ cost, trace });
  const { extensions: _, ...rest } = answer;
  return Object.keys(others).length ? { ...rest, extensions: others } : rest;
}

function Gauge() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5">
      <path d="M3 18a9 9 0 1 1 18 0M12 18l4.5-7" />
    </svg>
  );
}

function CostPane() {
  const { cost, trace } = report.use();
  return (
    <div className="diwan-pane">
      <h2>Cost and trace</h2>
      {cost && (
        <p>
          It may answer <b>{cost.requested}</b> objects, of {cost.max} that one request may.
        </p>
      )}
      {trace && <Trace {...trace} />}
      {!cost && <p>Run an operation to see what it costs.</p>}
      {!trace && <p>With <code>"Diwan-Trace": "1"</code> under Headers, its SQL is shown here.</p>}
    </div>
  );
}

// counted writes a number of things: 1 row, 2 rows.
const counted = (n, thing) => `${n} ${thing}${n === 1 ? '' : 's'}`;

function Trace({ milliseconds, statements, rows, sqlMilliseconds, sql }) {
  return (
    <>
      <p>
        {milliseconds !== undefined && <><b>{milliseconds}</b> ms in all, </>}
        {sqlMilliseconds} ms in the database: {counted(statements, 'statement')}, {counted(rows, 'row')}.
      </p>
      <ol>
        {(sql ?? []).map((trip, i) => (
          <li key={i}>
            {trip.milliseconds} ms, {counted(trip.rows, 'row')}
            {trip.statements.map((statement, j) => <pre key={j}>{statement}</pre>)}
          </li>
        ))}
      </ol>
    </>
  );
}

export const costPlugin = { title: 'Cost and trace', icon: Gauge, content: CostPane };
