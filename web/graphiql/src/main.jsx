import 'graphiql/setup-workers/vite';
import '@graphiql/react/font/roboto.css';
import '@graphiql/react/font/fira-code.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
// Not graphiql/style.css, which would include Monaco's styles and all fonts again.
import 'graphiql/graphiql.css';
import './diwan.css';

import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { costPlugin } from './cost';
import { ArabicEditors, ExampleHeaders } from './editors';
import { examples } from './examples';
import { fetcher } from './fetcher';
import { DocumentationLanguage, showPagesFromTheTop } from './language';
import { tokenPlugin } from './token';

// Headers often contain a token, so they are stored only if the user turns that on in
// the settings; GraphiQL itself would forget that choice.
const storeHeaders = localStorage.getItem('graphiql:shouldPersistHeaders') === 'true';

// The tabs are stored whole. GraphiQL stores what its editors show once more, the query
// without its variables if only the tab was changed, and would open that as another tab.
if (localStorage.getItem('graphiql:tabState')) {
  for (const editor of ['query', 'variables', 'headers']) localStorage.removeItem(`graphiql:${editor}`);
}

showPagesFromTheTop();

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={[HISTORY_PLUGIN, tokenPlugin, costPlugin]}
    defaultTabs={examples}
    defaultEditorToolsVisibility="headers"
    shouldPersistHeaders={storeHeaders}
    showPersistHeadersSettings
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <DocumentationLanguage />
      <span className="diwan-logo">
        Diwan <span lang="ar">ديوان</span>
      </span>
    </GraphiQL.Logo>
    <ArabicEditors />
    <ExampleHeaders />
  </GraphiQL>,
);
