import { useEffect } from 'react';
import { pick, useGraphiQL, useMonaco } from '@graphiql/react';
import { examples } from './examples';

// Arabic comes from the reader's own fonts, and before the generic monospace,
// whose Arabic letters are often squeezed into the width of a Latin one.
const arabicFonts = '"Noto Sans Arabic", "Noto Naskh Arabic", "SF Arabic", "Geeza Pro", "Segoe UI", Tahoma';

const arabicOptions = {
  fontFamily: `"Fira Code", ${arabicFonts}, monospace`,
  fontSize: 14,
  // Room for letters with marks above and below.
  lineHeight: 24,
  wordWrap: 'on',
  // Alef, heh and others look like Latin letters to Monaco, which would draw
  // a warning box around every Arabic word; ZWNJ and RLM are ordinary, too.
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
};

function useArabic(editor) {
  useEffect(() => editor?.updateOptions(arabicOptions), [editor]);
}

// Sets the four editors up for Arabic. It draws nothing.
export function ArabicEditors() {
  const monaco = useMonaco((state) => state.monaco);
  const editors = useGraphiQL(pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'));
  useArabic(editors.queryEditor);
  useArabic(editors.variableEditor);
  useArabic(editors.headerEditor);
  useArabic(editors.responseEditor);
  useEffect(() => {
    // Monaco measures letters once, often before the font has arrived, and
    // would put the cursor beside the letter it is meant for.
    if (monaco) document.fonts.load('14px "Fira Code"').then(() => monaco.editor.remeasureFonts());
  }, [monaco]);
  return null;
}

// Puts an example's headers back when its tab opens without any: GraphiQL does
// not fill them in on the first load, and does not keep headers over a reload,
// since tokens do not belong into localStorage. It draws nothing.
export function ExampleHeaders() {
  const { tabs, activeTabIndex, headerEditor } = useGraphiQL(pick('tabs', 'activeTabIndex', 'headerEditor'));
  const tab = tabs[activeTabIndex];
  useEffect(() => {
    if (!headerEditor || !tab || headerEditor.getValue()) return;
    const example = examples.find(({ query }) => query === tab.query);
    if (example?.headers) headerEditor.setValue(example.headers);
  }, [tab?.id, headerEditor]);
  return null;
}
